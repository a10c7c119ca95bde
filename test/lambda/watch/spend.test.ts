import { limitsOf } from '../../../lambda/shared/limits.ts';
import { spendRisk, spentAfter } from '../../../lambda/watch/spend.ts';
import { LIMITS } from '../support/room.ts';
import { createDesk } from './support/desk.ts';

const DAY = Date.parse('2026-11-10T00:00:00Z');
const HOUR_MS = 3_600_000;
const limits = { ...LIMITS, spendPerDay: 100_000_000, spendPerMonth: 1_000_000_000 };

/** @param hours of the day that have passed */
const risk = (hours: number, usedToday: number, perMinute: number, usedThisMonth = usedToday) => {
  const now = DAY + hours * HOUR_MS;
  const windows = limitsOf(limits, now);
  const start = (limit: string): number => windows.find((window) => window.limit === limit)!.start;
  const readings = {
    'spend-per-day': { start: start('spend-per-day'), used: usedToday },
    'spend-per-month': { start: start('spend-per-month'), used: usedThisMonth },
  };
  return spendRisk(windows, readings, [perMinute], now);
};

describe('spendRisk', () => {
  test('a cap that lasts is in no danger', () => {
    expect(risk(12, 40_000_000, 60_000)).toBeUndefined();
    expect(risk(1, 0, 0)).toBeUndefined();
  });

  test('a cap that is gone within the hour is', () => {
    expect(risk(12, 40_000_000, 1_000_000)).toEqual({ limit: 'spend-per-day', minutesLeft: 60 });
    expect(risk(12, 40_000_000, 2_000_000)).toEqual({ limit: 'spend-per-day', minutesLeft: 30 });
    expect(risk(12, 39_000_000, 1_000_000)).toBeUndefined();
  });

  test('not when the day is over before', () => {
    expect(risk(23.75, 60_000_000, 2_000_000)).toBeUndefined();
    expect(risk(23.5, 60_000_000, 2_000_000)).toMatchObject({ minutesLeft: 20 });
  });

  test('four fifths before noon are too early, after noon they are not', () => {
    expect(risk(11.9, 80_000_000, 0)).toEqual({ limit: 'spend-per-day', minutesLeft: null });
    expect(risk(12, 80_000_000, 0)).toBeUndefined();
    expect(risk(11.9, 79_000_000, 0)).toBeUndefined();
  });

  test('one that is gone is, whatever is spent', () => {
    expect(risk(23, 100_000_000, 0)).toEqual({ limit: 'spend-per-day', minutesLeft: 0 });
  });

  test('the cap of the month counts as well, and the one that is gone first is told', () => {
    expect(risk(12, 1_000_000, 1_000_000, 990_000_000)).toEqual({ limit: 'spend-per-month', minutesLeft: 10 });
  });
});

describe('spentAfter', () => {
  test('is the last five minutes, and nothing without a cap in money', () => {
    const at = (used: number) => ({ 'spend-per-day': { start: 0, used } });
    expect(spentAfter([1, 2, 3, 4, 5], at(10), at(30), 2)).toEqual([3, 4, 5, 10, 10]);
    expect(spentAfter([], {}, {}, 1)).toEqual([]);
  });
});

describe('the watch', () => {
  test('counts the apps whose money will not last, and says which', async () => {
    const desk = createDesk({ spendPerDay: 10_000_000 }, { countries: false, apps: true });
    await desk.minute({});
    desk.use('shop', 'spend-per-day', 100_000);
    await desk.minute({ home: 1 });
    expect(desk.values('spendAtRisk')).toEqual([0, 0]);
    for (let i = 0; i < 5; i++) {
      desk.use('shop', 'spend-per-day', 500_000);
      await desk.minute({ home: 5 });
    }
    expect(desk.values('spendAtRisk').at(-1)).toBe(1);
    expect(desk.warnings).toContainEqual(expect.objectContaining({ app: 'shop', reason: 'spend-per-day' }));
    expect(desk.frozen).toEqual([expect.stringContaining('shop ')]);
  });
});
