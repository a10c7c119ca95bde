import { comparePrices } from '../../../lambda/reconcile/compare-prices.ts';
import type { PriceCeilings } from '../../../lambda/shared/contract.ts';
import { RecordsError } from '../../../lambda/shared/provider-records.ts';
import { createReconciledRoom, type ReconciledRoom } from './support/room.ts';

const HOUR = 3_600_000;

/** By country: what a part of an SMS costs at most, in millionths. */
const ceilings = (sms: Readonly<Record<string, number>>, currency = 'USD'): PriceCeilings => ({
  currency,
  micros: Object.fromEntries(Object.entries(sms).map(([country, micros]) => [country, { sms: micros }])),
});

/** A room whose provider charges this for a part of an SMS, at most. */
const priced = async (name: 'd7' | 'infobip' | 'twilio', priceMicros: number): Promise<ReconciledRoom> => {
  const world = await createReconciledRoom(name);
  // Of Twilio's prices the dearest counts; the simulator's short code costs twice as much as its number.
  world.room.simulator.changeAccount({ priceMicros: name === 'twilio' ? priceMicros / 2 : priceMicros });
  return world;
};

const aboveCeiling = ({ emitted }: ReconciledRoom): readonly (number | undefined)[] =>
  emitted.flatMap(({ PricesAboveCeiling }) => (PricesAboveCeiling === undefined ? [] : [PricesAboveCeiling]));

describe.each(['d7', 'twilio'] as const)('the prices of %s', (name) => {
  test('a price above its ceiling is counted, told and logged; one at its ceiling is not', async () => {
    const world = await priced(name, 40_000);
    world.change({ pricing: world.pricingOf(ceilings({ AE: 39_999, SA: 40_000 })) });
    const { prices } = await world.look();
    expect(prices).toEqual({
      currency: 'USD',
      readAt: expect.stringMatching(/^2026-11-01T08:00:00/) as string,
      failure: null,
      tooLow: [{ country: 'AE', channel: 'sms', ceilingMicros: 39_999, priceMicros: 40_000 }],
      farTooHigh: [],
      notCompared: [],
    });
    expect(aboveCeiling(world)).toEqual([1]);
    expect(world.room.logged).toContainEqual(expect.objectContaining({ event: 'price above ceiling' }));
  });

  test('a ceiling of more than twice the price is told, and no reason for a ticket', async () => {
    const world = await priced(name, 40_000);
    world.change({ pricing: world.pricingOf(ceilings({ AE: 80_000, SA: 80_001 })) });
    expect((await world.look()).prices).toMatchObject({ tooLow: [], farTooHigh: [{ country: 'SA' }] });
    expect(aboveCeiling(world)).toEqual([0]);
  });

  test('the provider is asked once a day, and a ceiling that was raised is seen at once', async () => {
    const world = await priced(name, 40_000);
    world.change({ pricing: world.pricingOf(ceilings({ AE: 30_000 })) });
    await world.look();
    world.change({ pricing: world.pricingOf(ceilings({ AE: 40_000 })) });
    world.advance(23 * HOUR);
    await world.look();
    expect([aboveCeiling(world), world.asked.prices]).toEqual([[1, 0], 1]);
    world.room.simulator.changeAccount({ priceMicros: 50_000 });
    world.advance(HOUR);
    await world.look();
    expect([aboveCeiling(world), world.asked.prices]).toEqual([[1, 0, 1], 2]);
  });

  test('a country that is new in the configuration is asked about at once', async () => {
    const world = await priced(name, 40_000);
    world.change({ pricing: world.pricingOf(ceilings({ AE: 40_000 })) });
    await world.look();
    world.change({ pricing: world.pricingOf(ceilings({ AE: 40_000, SA: 1 })) });
    expect((await world.look()).prices).toMatchObject({ tooLow: [{ country: 'SA' }] });
  });

  test('a provider that cannot be asked leaves what it said standing, and is asked again after an hour', async () => {
    const world = await priced(name, 40_000);
    const pricing = world.pricingOf(ceilings({ AE: 30_000 }));
    world.change({ pricing });
    await world.look();
    let asked = 0;
    const prices = () => Promise.reject(new RecordsError('provider-unreachable', `question ${++asked}`));
    world.change({ pricing: { ...pricing, prices } });
    world.advance(24 * HOUR);
    expect((await world.look()).prices).toMatchObject({ failure: 'provider-unreachable', tooLow: [{ country: 'AE' }] });
    world.advance(HOUR - 1000);
    await world.look();
    expect([asked, aboveCeiling(world)]).toEqual([1, [1, 1, 1]]);
    world.advance(1000);
    await world.look();
    expect(asked).toBe(2);
  });
});

describe('comparing prices', () => {
  test('Infobip tells no prices: nothing is asked, and the report says so', async () => {
    const world = await priced('infobip', 40_000);
    world.change({ pricing: world.pricingOf(ceilings({ AE: 1 })) });
    expect((await world.look()).prices).toMatchObject({
      readAt: null,
      tooLow: [],
      notCompared: [{ country: 'AE', channel: 'sms', because: 'channel-not-told' }],
    });
    expect([world.asked.prices, aboveCeiling(world)]).toEqual([0, []]);
  });

  test('without a credential nothing is called compared, and no look fails for it', async () => {
    const world = await priced('d7', 40_000);
    const none = () => Promise.resolve({ ok: false, action: 'prices', code: 'credential-absent' } as const);
    world.change({ pricing: { ...world.pricingOf(ceilings({ AE: 1 })), prices: none } });
    expect((await world.look()).prices).toMatchObject({ readAt: null, failure: 'credential-absent', notCompared: [] });
    expect(aboveCeiling(world)).toEqual([]);
  });

  test('a room without ceilings has nothing to compare', async () => {
    expect((await (await priced('d7', 1)).look()).prices).toBeNull();
  });

  test('another currency, another channel and a country without a price are compared with nothing', () => {
    const price = (micros: number, currency: string | null) => ({ micros, currency });
    const told = { AE: price(50, 'USD'), FR: price(50, 'EUR'), SA: price(50, null) };
    const ofAll = { sms: 10, whatsapp: 10 };
    const { tooLow, notCompared } = comparePrices(
      { currency: 'USD', micros: { AE: ofAll, FR: { sms: 10 }, SA: { sms: 10 }, US: { sms: 10 } } },
      { prices: told },
      ['sms'],
    );
    expect(tooLow.map(({ country }) => country)).toEqual(['AE', 'SA']);
    expect(notCompared).toEqual([
      { country: 'AE', channel: 'whatsapp', because: 'channel-not-told' },
      { country: 'FR', channel: 'sms', because: 'other-currency' },
      { country: 'US', channel: 'sms', because: 'country-not-told' },
    ]);
  });
});
