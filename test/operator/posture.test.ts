import { PRODUCTION } from '../../lib/config/production.ts';
import { UsageError } from '../../operator/errors.ts';
import { describePosture, postureOf } from '../../operator/posture.ts';

describe('postureOf', () => {
  test('tells of every room, or of the one that is named', () => {
    expect(postureOf(PRODUCTION).map(({ room }) => room)).toEqual(Object.keys(PRODUCTION.rooms));
    expect(postureOf(PRODUCTION, 'otp').map(({ room }) => room)).toEqual(['otp']);
  });

  test('fails when there is no such room, and names those there are', () => {
    expect(() => postureOf(PRODUCTION, 'nope')).toThrow(UsageError);
    expect(() => postureOf(PRODUCTION, 'nope')).toThrow('there are otp, late-notices');
  });
});

describe('describePosture', () => {
  const postures = postureOf(PRODUCTION);
  const lines = describePosture(postures).split('\n');

  test('says of each room how much of it is protected, and everything that remains open', () => {
    expect(lines.filter((line) => /^\S+ \(\w+\): \d of 9 protections/.test(line))).toHaveLength(2);
    const open = postures
      .flatMap(({ items, settings }) => [...items, ...settings])
      .flatMap((entry) => entry.open ?? []);
    expect(open.length).toBeGreaterThan(8);
    expect(lines.flatMap((line) => /^ {4}open {6}(.*)$/.exec(line)?.[1] ?? [])).toEqual(open);
  });

  test('says what stands in for what was not found, and what is known of the provider', () => {
    const at = lines.indexOf('  one key revoked by itself: not found; replaced in part');
    expect(lines.slice(at + 1, at + 3)).toEqual([
      expect.stringMatching(/^ {4}provider {2}deleting the application/),
      expect.stringMatching(/^ {4}instead {3}swapEvery/),
    ]);
  });

  test('fits a terminal and says what "not found" means', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(125);
    expect(lines.at(-2)).toContain('no proof that it is impossible');
  });
});
