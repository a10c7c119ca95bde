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
  const lines = describePosture(postureOf(PRODUCTION)).split('\n');

  test('begins with a line for each room', () => {
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^otp \(infobip\): \d of 9 protections/),
      expect.stringMatching(/^late-notices \(d7\): \d of 9 protections/),
    ]);
  });

  test('fits a wide terminal and says what "not found" means', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140);
    expect(lines.at(-2)).toContain('no proof that it is impossible');
  });
});
