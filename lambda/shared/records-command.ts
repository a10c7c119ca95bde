import type { Channel } from './contract.ts';
import type { DeliveryState, LookUp, Money, RecordsErrorCode, SoughtMessage, TimeWindow } from './provider-records.ts';

/** Messages of one command: what can be asked about one after another within the function's time. */
export const MOST_SOUGHT = 20;

/** Messages of one listing: an answer of Lambda's has 6 MB, and one of these some 300 bytes. */
export const MOST_LISTED = 10_000;

/**
 * Asks what the provider has of some messages.
 *
 * The key that sends may not read at every provider, and what may is the managing credential: it stays where it is, and
 * the answer travels.
 */
export interface RecordsCommand {
  readonly action: 'records';
  /** At most {@link MOST_SOUGHT}. */
  readonly messages: readonly SoughtMessage[];
}

/** Asks for everything that was sent from the account in a window, by anybody. */
export interface ListingCommand extends TimeWindow {
  readonly action: 'listing';
}

/** Asks what the account has left. */
export interface BalanceCommand {
  readonly action: 'balance';
}

/** Asks what one part of an SMS costs at most, by country. */
export interface PricesCommand {
  readonly action: 'prices';
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
}

/** What may be asked of the function that reads. Nothing of it changes anything anywhere. */
export type ReadCommand = RecordsCommand | ListingCommand | BalanceCommand | PricesCommand;

/** Why there is no answer. */
export type ReadFailure = RecordsErrorCode | 'credential-absent' | 'no-time-left';

/** What asking about one message came to. `failed`: there was no answer to read; asking again later may help. */
export type SoughtAnswer = LookUp | { readonly kind: 'failed'; readonly code: ReadFailure };

/** A message of the provider's list, without its text, and without a number that could be called. */
export interface ListedMessage {
  readonly providerMessageId: string;
  /** The id of ours that it was sent under, where the provider keeps one; whoever sent it chose it. */
  readonly ourId: string | null;
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2; `null` where the number does not tell. */
  readonly country: string | null;
  readonly lastTwo: string;
  /** The sender, as the provider writes it. */
  readonly from: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number | null;
  readonly price: Money | null;
  readonly state: DeliveryState['kind'];
}

type Answered<Action extends ReadCommand['action'], Result> =
  | ({ readonly ok: true; readonly action: Action } & Result)
  | { readonly ok: false; readonly action: Action; readonly code: string };

/** Answer to a {@link RecordsCommand}, in the order of the messages. */
export type RecordsAnswer = Answered<'records', { readonly answers: readonly SoughtAnswer[] }>;
/** Answer to a {@link ListingCommand}, in no promised order. `too-many` asks for a shorter window. */
export type ListingAnswer = Answered<'listing', { readonly messages: readonly ListedMessage[] }>;
/** Answer to a {@link BalanceCommand}. `at`: when it was read, in milliseconds since the epoch. */
export type BalanceAnswer = Answered<'balance', { readonly balance: Money; readonly at: number }>;
/** Answer to a {@link PricesCommand}; a country that the provider has no price for is absent. */
export type PricesAnswer = Answered<'prices', { readonly prices: Readonly<Record<string, Money>> }>;

/** What the function that reads answers to a command. */
export type ReadAnswer = RecordsAnswer | ListingAnswer | BalanceAnswer | PricesAnswer;
