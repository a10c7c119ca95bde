import fc from 'fast-check';
import type { AppLimits } from '../../../lambda/shared/contract.ts';
import { takesFor } from '../../../lambda/shared/limits.ts';
import { costOf } from '../../../lambda/shared/money.ts';
import type { AppLimitsConfig, RoomConfig } from '../../../lib/config/environment.ts';
import { lossBlock, lossBound } from '../../../lib/config/loss-bound.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { roomPolicy } from '../../../lib/config/room-policy.ts';
import { app, environment, room } from '../support/config.ts';

const PRODUCTION_LIKE = environment({ production: true });
const prices = { currency: 'USD', ceilings: { AE: { sms: '0.0350' }, DE: { sms: '0.0850' } } };
const priced = (limits: AppLimitsConfig = {}, overrides: Partial<RoomConfig> = {}): RoomConfig =>
  room({ onlyRecipients: undefined, prices, apps: { shop: app({ limits }) }, ...overrides });
const bound = (config: RoomConfig) => lossBound(PRODUCTION_LIKE, 'otp', config);

/** What the limits admit of a day's attempts, by the code that takes the units. */
const spentInDay = (limits: AppLimits, attempts: readonly { country: string; segments: number }[]): number => {
  const used = new Map<string, number>();
  const table = roomPolicy(PRODUCTION_LIKE, 'otp', priced()).prices;
  return attempts.reduce((spent, { country, segments }, index) => {
    const cost = costOf(table, country, 'sms', segments);
    const each = { recipient: `r${index}`, prefix: `p${index}`, category: 'marketing', app: 'shop' } as const;
    // One a second, so that no rate is in the way.
    const takes = takesFor(limits, { ...each, international: country !== 'AE', segments, cost }, index * 1000);
    const key = ({ limit, start, item = '' }: (typeof takes)[number]) => `${limit} ${start} ${item}`;
    if (takes.some((take) => (used.get(key(take)) ?? 0) + take.units > take.capacity)) return spent;
    takes.forEach((take) => used.set(key(take), (used.get(key(take)) ?? 0) + take.units));
    return spent + (cost?.micros ?? 0);
  }, 0);
};

describe('lossBound', () => {
  test('no day of an attacker costs more, whatever the limits and the messages', () => {
    fc.assert(
      fc.property(
        fc.record({
          messagesPerDay: fc.integer({ min: 1, max: 30 }),
          internationalMessagesPerDay: fc.integer({ min: 0, max: 30 }),
          segmentsPerMessage: fc.constant(3),
          spendPerDay: fc.option(fc.constantFrom('0.50', '1.20'), { nil: undefined }),
        }),
        fc.array(fc.record({ country: fc.constantFrom('AE', 'DE'), segments: fc.integer({ min: 1, max: 3 }) }), {
          minLength: 40,
          maxLength: 60,
        }),
        (limits, attempts) => {
          const config = priced(limits.spendPerDay === undefined ? { ...limits, spendPerDay: undefined } : limits);
          const { day } = bound(config).pumping;
          if (day.kind !== 'at-most') throw new Error('must be bounded');
          const policy = roomPolicy(PRODUCTION_LIKE, 'otp', config).apps.shop!;
          expect(spentInDay(policy.limits, attempts)).toBeLessThanOrEqual(day.micros);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is what an attacker reaches who takes the dearest messages', () => {
    const limits = { messagesPerDay: 10, internationalMessagesPerDay: 4, segmentsPerMessage: 2 };
    const policy = roomPolicy(PRODUCTION_LIKE, 'otp', priced(limits)).apps.shop!;
    const dearest = Array.from({ length: 20 }, (_, i) => ({ country: i < 10 ? 'DE' : 'AE', segments: 2 }));
    expect(bound(priced(limits)).pumping.day).toMatchObject({
      micros: spentInDay(policy.limits, dearest),
      by: ['apps.shop.limits.messagesPerDay'],
    });
  });

  test('a limit in money bounds, and is named', () => {
    expect(bound(priced({ spendPerDay: '5.00', spendPerMonth: '20.00' })).pumping).toMatchObject({
      day: { micros: 5_000_000, by: ['apps.shop.limits.spendPerDay'] },
      month: { micros: 20_000_000, by: ['apps.shop.limits.spendPerMonth'] },
    });
  });

  test('a list of recipients bounds what every limit of an app would let through', () => {
    const { day } = bound(priced({ messagesPerDay: 100_000 }, { onlyRecipients: ['+971500000001'] })).pumping;
    // 12 messages a day to the one number, of 3 segments to the dearer country.
    expect(day).toMatchObject({ micros: 12 * 3 * 85_000, by: [expect.stringContaining('onlyRecipients')] });
  });

  test('without a price nothing is bounded in money, and the option that would bound it is named', () => {
    expect(bound(priced({}, { prices: undefined })).pumping.day).toMatchObject({
      kind: 'not-bounded',
      option: 'prices',
    });
    const half = { currency: 'USD', ceilings: { AE: { sms: '0.0350' } } };
    expect(bound(priced({}, { prices: half })).pumping.month).toMatchObject({
      kind: 'not-bounded',
      option: 'prices.ceilings of DE.sms',
    });
  });

  test('one app that is not bounded leaves the room not bounded, and the others as they are', () => {
    const other = app({ countries: ['US'] });
    const { apps, pumping } = bound(priced({}, { apps: { shop: app(), other } }));
    expect(pumping.day.kind).toBe('not-bounded');
    expect(apps.map(({ day }) => day.kind)).toEqual(['at-most', 'not-bounded']);
  });

  test('until somebody acts it is never more than two days, as midnight may come in between, and less where messages flow slowly', () => {
    const fast = bound(priced()).pumping;
    if (fast.day.kind !== 'at-most') throw new Error('must be bounded');
    expect(fast.untilStopped).toEqual({ ...fast.day, micros: 2 * fast.day.micros });
    const slow = bound(
      priced({ messagesPerSecond: 1, messagesPerDay: 100_000, internationalMessagesPerDay: 0 }),
    ).pumping;
    expect(slow.untilStopped).toMatchObject({ micros: 17 * 60 * 3 * 35_000 });
  });

  test('a leak is bounded by nothing of the room, but by what the account has', () => {
    const { total, pagedAfterMinutes, notes } = bound(priced()).leak!;
    expect(total).toMatchObject({ kind: 'not-bounded', option: 'accountLimit' });
    expect(pagedAfterMinutes).toBe(2 + 6);
    expect(notes.join()).toContain("any address but the room's");
    const prepaid = bound(priced({}, { provider: 'd7', accountLimit: { amount: '500.00', currency: 'USD' } })).leak!;
    expect(prepaid.total).toMatchObject({ micros: 500_000_000, by: ['accountLimit'] });
    expect(prepaid.pagedAfterMinutes).toBe(15 + 6);
    expect(prepaid.notes.join()).toContain('delete the application');
  });

  test('a leak from a shared account pages nobody', () => {
    expect(bound(priced({}, { account: 'shared' })).leak?.pagedAfterMinutes).toBeNull();
  });

  test('a sandbox has nothing to lose', () => {
    const { pumping, leak } = bound(priced({}, { provider: 'sandbox', prices: undefined }));
    expect(pumping.day).toMatchObject({ kind: 'at-most', micros: 0 });
    expect(leak).toBeNull();
  });
});

describe('lossBlock', () => {
  test('says amounts with their options, and what would bound the rest', () => {
    const text = lossBlock(lossBound(PRODUCTION, 'otp', PRODUCTION.rooms.otp!));
    expect(text).toContain('through login alone, a day: at most 4,500.00 EUR (apps.login.limits.messagesPerDay)');
    expect(text).toContain('leaked key: altogether not bounded:');
    expect(text).toContain('accountLimit would bound it');
    expect(text).toContain('leaked key: paged at most 8 minutes');
  });

  test('of a sandbox it says nothing about a key', () => {
    const config = room({ provider: 'sandbox' });
    expect(lossBlock(lossBound(environment(), 'play', config))).not.toContain('leaked key');
  });
});
