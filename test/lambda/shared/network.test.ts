import { isNetwork, isWithin } from '../../../lambda/shared/network.ts';

test.each([
  ['203.0.113.7', ['203.0.113.0/24'], true],
  ['203.0.114.7', ['203.0.113.0/24'], false],
  ['203.0.114.7', ['203.0.113.0/24', '203.0.114.7/32'], true],
  ['203.0.114.8', ['203.0.114.7/32'], false],
  ['::ffff:203.0.113.7', ['203.0.113.0/24'], false],
  ['unknown', ['203.0.113.0/24'], false],
  ['203.0.113.7', [], false],
])('%s in %j: %s', (address, networks, expected) => {
  expect(isWithin(address, networks)).toBe(expected);
});

test.each([
  ['203.0.113.0/24', true],
  ['203.0.113.7/32', true],
  ['0.0.0.0/0', false],
  ['203.0.113.0/33', false],
  ['203.0.113.0', false],
  ['203.0.113/24', false],
  ['2001:db8::/32', false],
])('%s is a network: %s', (text, expected) => {
  expect(isNetwork(text)).toBe(expected);
});
