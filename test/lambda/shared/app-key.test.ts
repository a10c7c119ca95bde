import { appKeyIn, newAppKey } from '../../../lambda/shared/app-key.ts';
import { APP_KEY_PREFIXES } from '../../../lambda/shared/contract.ts';

const given = (text: string) => appKeyIn(`Bearer ${text}`, 'test');

describe('an app key', () => {
  const key = newAppKey('test').reveal();

  test('has a prefix that scanners know, 256 bits and a checksum', () => {
    for (let i = 0; i < 200; i++) expect(newAppKey('live').reveal()).toMatch(/^keyroom_live_[0-9A-Za-z]{49}$/);
  });

  test('holds all of its bits', () => {
    const of = (byte: number) => newAppKey('test', (bytes) => Buffer.alloc(bytes, byte)).reveal();
    expect(of(0)).toMatch(/^keyroom_test_0{43}/);
    // 2^256 - 1, in base 62.
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const secret = of(255).slice(APP_KEY_PREFIXES.test.length, -6).split('');
    expect(secret.reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n)).toBe(2n ** 256n - 1n);
  });

  test('is random', () => {
    expect(new Set(Array.from({ length: 100 }, () => newAppKey('test').reveal())).size).toBe(100);
  });

  test.each([`Bearer ${key}`, `bearer ${key}`, ` Bearer  ${key} `])('is read from "%s"', (header) => {
    expect(appKeyIn(header, 'test')?.reveal()).toBe(key);
  });

  test('is told from whatever is none by every one of its characters', () => {
    for (let i = 0; i < key.length; i++) {
      const other = key[i] === 'x' ? 'y' : 'x';
      expect(given(key.slice(0, i) + other + key.slice(i + 1))).toBeUndefined();
    }
  });

  test.each([
    ['nothing', undefined],
    ['another scheme', `Basic ${key}`],
    ['no scheme', key],
    ['one character less', `Bearer ${key.slice(0, -1)}`],
    ['one character more', `Bearer ${key}0`],
    ['two keys', `Bearer ${key} ${key}`],
  ])('is not %s', (_, header) => {
    expect(appKeyIn(header, 'test')).toBeUndefined();
  });

  test('is of one kind: one for tests opens nothing else', () => {
    expect(appKeyIn(`Bearer ${key}`, 'live')).toBeUndefined();
    // Not even with another prefix in front of the same secret.
    expect(appKeyIn(`Bearer ${key.replace('_test_', '_live_')}`, 'live')).toBeUndefined();
  });
});
