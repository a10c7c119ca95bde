import { countAt, pastHour, stabilised, usualAt, usualOf } from '../../../lambda/watch/usual.ts';

describe('usual', () => {
  test('a level stands for the count it came from', () => {
    for (const count of [0, 1, 7, 1000]) expect(countAt(stabilised(count))).toBeCloseTo(count);
  });

  test('half an hour of anything does not move the hour', () => {
    const attacked = [...Array.from({ length: 31 }, () => 10), ...Array.from({ length: 29 }, () => 5000)];
    expect(pastHour(0, attacked).level).toBeCloseTo(stabilised(10));
  });

  test('one week of anything does not move the usual', () => {
    const week = (hour: number, level: number) => ({ hour, level, spread: 1 });
    const calm = usualOf([week(0, 10), week(168, 10), week(336, 10.2)])!;
    const campaign = usualOf([week(0, 10), week(168, 10), week(336, 10.2), week(504, 80)])!;
    expect(Math.abs(campaign.level - calm.level)).toBeLessThan(0.2);
    expect(campaign.spread).toBeLessThan(1.2);
  });

  test('nothing is usual where nothing is known', () => {
    expect(usualOf([])).toBeNull();
    expect(usualAt([null, null, { level: 5, spread: 1 }], 0.9)).toBeNull();
  });

  test('lies between the middles of two hours', () => {
    const of = (level: number) => ({ level, spread: 1 });
    const around = [of(4), of(8), of(16)] as const;
    expect([0, 0.5, 1].map((fraction) => usualAt(around, fraction)!.level)).toEqual([6, 8, 12]);
  });

  test('is never sharper than coincidence, and blurred where traffic rises', () => {
    const of = (level: number) => ({ level, spread: 0 });
    expect(usualAt([of(0), of(0), of(0)], 0.5)!.spread).toBe(1);
    expect(usualAt([of(2), of(20), of(38)], 0.5)!.spread).toBeGreaterThan(
      usualAt([of(20), of(20), of(20)], 0.5)!.spread,
    );
  });
});
