/** What the function that compares a room with its provider, its construct and the operator's CLI agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  provider: 'KEYROOM_PROVIDER',
  ledgerTable: 'LEDGER_TABLE',
  /** The function that may ask the provider. */
  readRecordsFunction: 'READ_RECORDS_FUNCTION',
  /** How late the provider may list a message; as its capabilities say where it is absent. */
  lagSeconds: 'PROVIDER_LAG_SECONDS',
} as const;

/** The function's name: physical, because a person calls it through the CLI. */
export const reconcileFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-reconcile`;

/**
 * What may be asked of the function.
 *
 * - `look`: compare now; what the schedule asks every five minutes.
 * - `report`: say what the comparisons came to, comparing nothing.
 * - `adopt`: expect use of the key elsewhere until a date, or from now on no more.
 */
export type ReconcileCommand =
  | { readonly action: 'look' | 'report' }
  | {
      readonly action: 'adopt';
      /** ISO 8601, at most 180 days ahead; `null` ends the expectation. */
      readonly until: string | null;
    };

/** Who sends with the account beside the room. */
export interface ForeignSender {
  /** The sender ID; `account` where the provider shows money alone. */
  readonly sender: string;
  readonly messages: number;
  readonly micros: number;
  /** ISO 8601. */
  readonly lastAt: string;
}

/** A country and a channel, with what the room charges for a message's part and what the provider does. */
export interface ComparedPrice {
  readonly country: string;
  readonly channel: string;
  /** Millionths of the currency of the room's prices. */
  readonly ceilingMicros: number;
  readonly priceMicros: number;
}

/**
 * Why a ceiling is compared with nothing: the provider tells no prices of the channel by API, none of the country, or
 * in another currency.
 */
export type Incomparable = 'channel-not-told' | 'country-not-told' | 'other-currency';

/** How the room's price ceilings stand to the provider's prices. */
export interface PriceComparison {
  /** Messages there cost more than the limits in money count. */
  readonly tooLow: readonly ComparedPrice[];
  readonly farTooHigh: readonly ComparedPrice[];
  readonly notCompared: readonly {
    readonly country: string;
    readonly channel: string;
    readonly because: Incomparable;
  }[];
}

/** What the comparisons came to, for people and programs. Moments are ISO 8601. */
export interface ReconcileReport {
  readonly provider: string;
  /** Everything the provider took before this moment is compared; `null` before the first comparison. */
  readonly comparedUntil: string | null;
  readonly lagSeconds: number;
  /** Of the last look, where the provider lists messages. */
  readonly last: { readonly provider: number; readonly ours: number; readonly missing: number } | null;
  readonly surplus: {
    readonly messages: number;
    readonly micros: number;
    readonly currency: string | null;
    readonly countries: Readonly<Record<string, number>>;
    readonly since: string;
    readonly lastFoundAt: string;
  } | null;
  /**
   * The room's price ceilings against the provider's prices; `null` where the room has none.
   *
   * `readAt` is `null` while the provider never told a price; `failure` says why the last question had no answer.
   */
  readonly prices:
    | (PriceComparison & {
        readonly currency: string;
        readonly readAt: string | null;
        readonly failure: string | null;
      })
    | null;
  /** `null` where nobody else is expected to send. */
  readonly adoption: {
    readonly since: string;
    readonly until: string;
    /** Whether use elsewhere is still expected: afterwards it is a surplus, and pages. */
    readonly isOn: boolean;
    /** Full days since somebody else sent last, or since the expectation began. */
    readonly idleDays: number;
    readonly senders: readonly ForeignSender[];
  } | null;
}

/** Answer to a command. */
export type ReconcileResult =
  | { readonly ok: true; readonly action: ReconcileCommand['action']; readonly report: ReconcileReport }
  | {
      readonly ok: false;
      readonly action: string;
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
    };
