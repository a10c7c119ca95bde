import { iso } from '../shared/clock.ts';
import { type Channel, CHANNELS, type PriceCeilings } from '../shared/contract.ts';
import type { PriceList } from '../shared/price-list.ts';
import type { Money } from '../shared/provider-records.ts';
import type { Incomparable, PriceComparison, ReconcileReport } from './contract.ts';

/**
 * From here on a ceiling is far too high: a limit in money, which is charged by it, then admits less than half of what
 * it says.
 */
const FAR = 2;

/**
 * Compares each ceiling with the provider's own price.
 *
 * It changes nothing about what is charged: a price that was fetched may be lower than the bill, and a limit charged by
 * it would let more through than it says.
 */
export const comparePrices = (
  { currency, micros }: PriceCeilings,
  { prices }: Pick<PriceList, 'prices'>,
  told: readonly Channel[],
): PriceComparison => {
  const places = Object.entries(micros).flatMap(([country, ofChannels]) =>
    CHANNELS.flatMap((channel) => {
      const ceilingMicros = ofChannels[channel];
      return ceilingMicros === undefined ? [] : [{ country, channel, ceilingMicros }];
    }),
  );
  const judged = places.map((place) => ({
    ...place,
    found: told.includes(place.channel) ? priceIn(prices[place.country], currency) : ('channel-not-told' as const),
  }));
  const compared = judged.flatMap(({ found, ...place }) =>
    typeof found === 'number' ? [{ ...place, priceMicros: found }] : [],
  );
  return {
    tooLow: compared.filter(({ ceilingMicros, priceMicros }) => priceMicros > ceilingMicros),
    farTooHigh: compared.filter(({ ceilingMicros, priceMicros }) => ceilingMicros > priceMicros * FAR),
    notCompared: judged.flatMap(({ country, channel, found }) =>
      typeof found === 'number' ? [] : [{ country, channel, because: found }],
    ),
  };
};

/** A provider that names no currency (D7) charges in the account's own, which is what the room's prices are in. */
const priceIn = (price: Money | undefined, currency: string): number | Incomparable => {
  if (price === undefined) return 'country-not-told';
  return price.currency === null || price.currency === currency ? price.micros : 'other-currency';
};

/** The comparison for people and programs. @param list `undefined` while the provider was never asked */
export const priceReport = (
  ceilings: PriceCeilings | null,
  list: PriceList | undefined,
  told: readonly Channel[],
): ReconcileReport['prices'] => {
  if (ceilings === null) return null;
  const { prices, readAt, failure } = list ?? { prices: {}, readAt: null, failure: null };
  const { notCompared, ...compared } = comparePrices(ceilings, { prices }, told);
  return {
    currency: ceilings.currency,
    readAt: readAt === null ? null : iso(readAt),
    failure,
    ...compared,
    // Before the first answer nobody knows which countries it will tell.
    notCompared: notCompared.filter(({ because }) => readAt !== null || because === 'channel-not-told'),
  };
};
