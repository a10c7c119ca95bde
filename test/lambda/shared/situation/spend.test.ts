import { leftToLose } from '../../../../lambda/shared/situation/left-to-lose.ts';
import { spendOf } from '../../../../lambda/shared/situation/spend.ts';
import { NOW } from '../../support/facts.ts';
import { APP, ROOM, roomWithLimits } from '../../support/room.ts';

const DAY_START = Date.parse('2026-11-24T00:00:00Z') / 1000;
const PRICES = {
  currency: 'USD',
  micros: { AE: { sms: 30_000, whatsapp: 10_000 }, SA: { sms: 40_000, whatsapp: 10_000 } },
};
const capped = (limits: Partial<typeof APP.limits>) => ({
  apps: { shop: roomWithLimits(limits).apps.shop ?? APP },
  prices: PRICES,
});
const USED = {
  'messages-per-day-start': DAY_START,
  'messages-per-day-used': 20,
  'spend-per-day-start': DAY_START,
  'spend-per-day-used': 600_000,
};

describe('spendOf', () => {
  test('adds up what the apps have used of their money of today', () => {
    const { today } = spendOf(capped({ spendPerDay: 900_000 }), { shop: USED }, { shop: 0 }, NOW);
    expect(today).toEqual({ used: 600_000, cap: 900_000, currency: 'USD' });
    expect(spendOf(ROOM, {}, {}, NOW).today).toBeNull();
  });

  test('a cap is exhausted when what is left is spent at the rate and the average of today', () => {
    // 10 messages a minute at 30,000 each: 300,000 a minute, of 300,000 that are left.
    const { caps } = spendOf(capped({ spendPerDay: 900_000 }), { shop: USED }, { shop: 10 }, NOW);
    expect(caps[0]).toEqual({
      app: 'shop',
      limit: 'spend-per-day',
      unit: 'micro-units',
      used: 600_000,
      capacity: 900_000,
      resetsAt: '2026-11-25T00:00:00.000Z',
      exhaustedInSeconds: 60,
    });
    expect(caps.find(({ limit }) => limit === 'messages-per-day')).toMatchObject({ exhaustedInSeconds: 480 });
  });

  test('a cap that is full again before is not exhausted', () => {
    const late = Date.parse('2026-11-24T23:59:30Z');
    const { caps } = spendOf(capped({ spendPerDay: 900_000 }), { shop: USED }, { shop: 10 }, late);
    expect(caps.map(({ exhaustedInSeconds }) => exhaustedInSeconds)).not.toContain(60);
  });

  test('nothing is exhausted by nobody, or at a rate that nobody knows', () => {
    for (const perMinute of [{ shop: 0 }, undefined]) {
      const { caps } = spendOf(capped({ spendPerDay: 900_000 }), { shop: USED }, perMinute, NOW);
      expect(caps.every(({ exhaustedInSeconds }) => exhaustedInSeconds === null)).toBe(true);
    }
  });

  test('a cap that is used up is exhausted, also where its app has been refused ever since and sends nothing', () => {
    const gone = { 'messages-per-day-start': DAY_START, 'messages-per-day-used': 100 };
    for (const perMinute of [{ shop: 0 }, undefined]) {
      const { caps } = spendOf(capped({ messagesPerDay: 100 }), { shop: gone }, perMinute, NOW);
      expect(caps[0]).toMatchObject({ limit: 'messages-per-day', exhaustedInSeconds: 0 });
    }
  });

  test('what was used yesterday is not used today', () => {
    const yesterday = { 'spend-per-day-start': DAY_START - 86_400, 'spend-per-day-used': 900_000 };
    expect(spendOf(capped({ spendPerDay: 900_000 }), { shop: yesterday }, {}, NOW).today?.used).toBe(0);
  });
});

describe('leftToLose', () => {
  const left = (limits: Partial<typeof APP.limits>, item = {}) => {
    const room = capped({ messagesPerDay: 10, messagesPerMonth: 1000, segmentsPerDay: 1000, ...limits });
    return leftToLose(room, spendOf(room, { shop: item }, {}, NOW).caps)?.micros;
  };

  test('is what the cap in money leaves, where that is less', () => {
    expect(left({ spendPerDay: 500_000 })).toBe(500_000);
    expect(left({ spendPerDay: 700_000, messagesPerDay: 100 }, USED)).toBe(100_000);
  });

  test('otherwise what the messages that are left cost at most: the longest, to the dearest country', () => {
    expect(left({})).toBe(10 * 3 * 40_000);
  });

  test('is not told without prices', () => {
    expect(leftToLose(ROOM, [])).toBeNull();
  });

  const unpriced = (limits: Partial<typeof APP.limits>) => {
    const { apps } = capped({ messagesPerDay: 10, ...limits });
    const room = { apps, prices: { currency: 'USD', micros: { AE: PRICES.micros.AE } } };
    return leftToLose(room, spendOf(room, {}, {}, NOW).caps);
  };

  test('is not bounded where a country has no price, unless a cap in money refuses what has none', () => {
    expect(unpriced({})).toBeNull();
    expect(unpriced({ spendPerDay: 500_000 })).toEqual({ micros: 500_000, currency: 'USD' });
  });

  test('is nothing, whatever the prices, where no message is left', () => {
    const { apps } = capped({ messagesPerDay: 10 });
    const room = { apps, prices: { currency: 'USD', micros: {} } };
    const gone = { 'messages-per-day-start': DAY_START, 'messages-per-day-used': 10 };
    expect(leftToLose(room, spendOf(room, { shop: gone }, {}, NOW).caps)?.micros).toBe(0);
  });
});
