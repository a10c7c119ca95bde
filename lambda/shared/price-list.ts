import type { Money } from './provider-records.ts';

/** Where the provider's prices are in the ledger. */
export const PRICE_LIST_KEY = 'reconcile#prices';

/** The provider's own prices, as they were read last. */
export interface PriceList {
  /** What one part of an SMS costs at most, by country; one that the provider has no price for is absent. */
  readonly prices: Readonly<Record<string, Money>>;
  /** The countries that were asked about, ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  /** When the prices were read, in milliseconds since the epoch; `null` while they never were. */
  readonly readAt: number | null;
  /** When the provider was asked last. */
  readonly triedAt: number;
  /** Why the last question had no answer. */
  readonly failure: string | null;
}

/** Where the prices are remembered. */
export interface PriceListStore {
  /** `undefined` before the provider was asked for the first time. @throws AwsError */
  read(): Promise<PriceList | undefined>;
  /** Of two at the same moment either may stay: both hold what the provider said. @throws AwsError */
  write(list: PriceList): Promise<void>;
}
