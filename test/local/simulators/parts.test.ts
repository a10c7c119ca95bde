import { createBoundedList } from '../../../local/simulators/bounded-list.ts';
import { isAddressEntry, isAllowedAddress } from '../../../local/simulators/infobip/allowed-addresses.ts';

describe('createBoundedList', () => {
  test('forgets the oldest and says so', () => {
    const forgotten: number[] = [];
    const list = createBoundedList<number>(10, (entry) => forgotten.push(entry));
    for (let entry = 0; entry < 100; entry += 1) list.push(entry);
    expect(list.entries()).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    expect(forgotten.length).toBeGreaterThanOrEqual(89);
    expect(forgotten).toEqual(forgotten.map((_, index) => index));
  });
});

describe('allowed addresses', () => {
  test.each([
    [['203.0.113.10'], '203.0.113.10', true],
    [['203.0.113.10'], '203.0.113.11', false],
    [['203.0.113.0/28'], '203.0.113.15', true],
    [['203.0.113.0/28'], '203.0.113.16', false],
    [['203.0.113.1-203.0.113.9'], '203.0.113.9', true],
    [['203.0.113.1-203.0.113.9'], '203.0.113.10', false],
    [['198.51.100.1', '2001:db8::/32'], '2001:db8::5', true],
    [['2001:db8::/32'], '203.0.113.10', false],
    [[], '192.0.2.99', true],
  ])('%j and %s: %s', (entries, address, allowed) => {
    expect(isAllowedAddress(entries, address)).toBe(allowed);
  });

  test.each([
    '203.0.113.300',
    '203.0.113.0/33',
    '203.0.113.0/x',
    '203.0.113.9-203.0.113.1',
    '::1-127.0.0.1',
    'host',
    '',
  ])('fails when an entry is %j', (entry) => {
    expect(isAddressEntry(entry)).toBe(false);
  });
});
