import type { Clock } from '../shared/clock.ts';
import { type Channel, METRICS, type PriceCeilings } from '../shared/contract.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { PriceList, PriceListStore } from '../shared/price-list.ts';
import { RecordsError } from '../shared/provider-records.ts';
import type { PricesAnswer } from '../shared/records-command.ts';
import { comparePrices } from './compare-prices.ts';

const HOUR_MS = 3_600_000;
/** Prices change with contracts, not with the hour. */
const REFRESH_MS = 24 * HOUR_MS;

/** What comparing a room's ceilings with its provider's prices needs from the outside. */
export interface PricePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What the room's limits charge. */
  readonly ceilings: PriceCeilings;
  /** Channels of which the provider tells prices. */
  readonly told: readonly Channel[];
  readonly priceList: PriceListStore;
  readonly prices: (countries: readonly string[]) => Promise<PricesAnswer>;
}

/**
 * Says how the room's price ceilings stand to the provider's prices.
 *
 * The provider is asked once a day, at once for a country that is new in the configuration, and an hour after a question
 * without an answer. What it said last is compared each time, so that a ceiling which was raised is seen with the next
 * look; a provider that cannot be asked leaves the last answer standing.
 */
export const refreshPrices = async (ports: PricePorts): Promise<void> => {
  const { clock, log, metrics, ceilings, told, priceList } = ports;
  const countries = Object.keys(ceilings.micros).sort();
  if (told.length === 0 || countries.length === 0) return;
  const before = await priceList.read();
  const now = clock.now();
  const list = isDue(before, countries, now) ? await ask(ports, before, countries, now) : before;
  if (list === undefined) return;
  if (list !== before) {
    await priceList.write(list);
    if (list.failure !== null) log.warn('prices not read', { reason: list.failure });
  }
  if (list.readAt === null) return;
  const { tooLow } = comparePrices(ceilings, list, told);
  metrics.emit({ [METRICS.names.pricesAboveCeiling]: tooLow.length });
  if (list !== before) for (const { country, channel } of tooLow) log.warn('price above ceiling', { country, channel });
};

const isDue = (list: PriceList | undefined, countries: readonly string[], now: number): boolean => {
  if (list === undefined) return true;
  if (list.failure !== null) return now >= list.triedAt + HOUR_MS;
  return now >= list.triedAt + REFRESH_MS || countries.some((country) => !list.countries.includes(country));
};

const ask = async (
  { prices }: PricePorts,
  before: PriceList | undefined,
  countries: readonly string[],
  now: number,
): Promise<PriceList> => {
  const answer = await prices(countries).catch((error: unknown) => {
    if (error instanceof RecordsError) return { ok: false, code: error.code } as const;
    throw error;
  });
  if (answer.ok) return { prices: answer.prices, countries, readAt: now, triedAt: now, failure: null };
  const kept = before ?? { prices: {}, countries: [], readAt: null };
  return { ...kept, triedAt: now, failure: answer.code };
};
