import type { Channel } from './contract.ts';
import { KeyroomError } from './errors.ts';
import type { SecretValue } from './secret-value.ts';

/** An amount in millionths of the currency; `null` where the provider names none, as D7. */
export interface Money {
  readonly micros: number;
  /** ISO 4217, in capitals. */
  readonly currency: string | null;
}

/**
 * Where a message stands at the provider.
 *
 * - `accepted`: taken, and on its way.
 * - `delivered`: it reached the recipient.
 * - `undelivered`: it was taken, and did not arrive or ran out of time.
 * - `rejected`: it was refused after all, and nobody was messaged.
 * - `unrecognised`: the provider used a word that it documents nowhere.
 */
export interface DeliveryState {
  readonly kind: 'accepted' | 'delivered' | 'undelivered' | 'rejected' | 'unrecognised';
  /** Whether it can still change. */
  readonly final: boolean;
  /** Why, as a fixed code; `null` where there is nothing to explain. */
  readonly code: string | null;
}

/** A message as the provider has it. Never its text. */
export interface ProviderRecord {
  readonly providerMessageId: string;
  /**
   * The id of ours that the message was sent under, where the provider keeps one (Infobip).
   *
   * Whoever sent it chose it: only the ledger says whether the message is ours.
   */
  readonly ourId: string | null;
  readonly channel: Channel;
  /** E.164. */
  readonly to: string;
  /** As the provider writes it; `null` where it does not say. */
  readonly from: string | null;
  /** Milliseconds since the epoch; `null` where the provider does not say (D7). */
  readonly acceptedAt: number | null;
  /** Parts that are charged; `null` where the provider does not say. */
  readonly segments: number | null;
  /** For all of its parts; `null` until the provider knows. */
  readonly price: Money | null;
  readonly state: DeliveryState;
}

/** A message to look for: what the ledger knows of it. */
export interface SoughtMessage {
  readonly id: string;
  /** The attempt to ask about. */
  readonly attempt: number;
  readonly channel: Channel;
  /** E.164; `null` once the room has forgotten it: then the provider's id alone can be asked about. */
  readonly to: string | null;
  readonly from: string;
  /** Milliseconds since the epoch: when the request can have been written at the earliest. */
  readonly sentAt: number;
  /** `null` where no answer came back. */
  readonly providerMessageId: string | null;
}

/**
 * What a look-up came to.
 *
 * - `found`: asked by an id, so it is this message.
 * - `candidates`: asked by recipient and time. Each may be this message; one that the ledger has under another id is not.
 * - `not-found`: the provider does not have it, and by now it would.
 * - `not-shown`: that it was not shown proves nothing. `too-early`: within the lag. `too-old`: the provider may have
 *   forgotten it. `shown-once`: each record is shown once only, perhaps to somebody else. `hidden`: what was shown is
 *   only the refusal of a repeat.
 * - `cannot-ask`: the provider has no way to be asked about a message without its id.
 */
export type LookUp =
  | { readonly kind: 'found'; readonly record: ProviderRecord }
  | { readonly kind: 'candidates'; readonly records: readonly ProviderRecord[] }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-shown'; readonly reason: 'too-early' | 'too-old' | 'shown-once' | 'hidden' }
  | { readonly kind: 'cannot-ask' };

/** From (included) until (excluded), in milliseconds since the epoch. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/** By what a message can be looked up: the provider's id, our own id, or its recipient and time. */
export type Handle = 'provider-id' | 'our-id' | 'recipient';

/**
 * The credential a call needs.
 *
 * - `sending`: the key the room sends with.
 * - `reading`: one with these rights, named as the provider names them. The managing credential has them, too.
 * - `managing`: only that one; no right of a lesser key is documented.
 */
export type Access =
  | { readonly credential: 'sending' | 'managing' }
  | { readonly credential: 'reading'; readonly rights: readonly string[] };

/**
 * What the provider knows about messages and money. It sends nothing and changes nothing.
 *
 * Every method throws {@link RecordsError} when there is no answer to read. `access` says which credential each one
 * needs; a provider without `messages` or `prices` has no way to tell.
 */
export interface ProviderRecords {
  readonly provider: string;
  /** How long after a send the provider may not show it yet, in milliseconds: an assumption, no provider promises one. */
  readonly lagMs: number;
  /** How long the provider shows a message, in milliseconds; `null` where it names no end. */
  readonly keptMs: number | null;
  readonly access: {
    /** Without `our-id` and `recipient` (D7) a message whose answer was lost can never be looked up. */
    readonly lookUp: Readonly<Partial<Record<Handle, Access>>>;
    readonly messages?: Access;
    readonly balance: Access;
    readonly prices?: Access;
  };
  lookUp(sought: SoughtMessage, credential: SecretValue): Promise<LookUp>;
  /** @default - every message is asked about by itself */
  readonly together?: LookUpTogether;
  readonly messages?: MessageListing;
  balance(credential: SecretValue): Promise<Money>;
  /**
   * What one part of an SMS costs at most, by country.
   *
   * @param countries ISO 3166-1 alpha-2; one that the provider has no price for is absent from the answer.
   */
  prices?(countries: readonly string[], credential: SecretValue): Promise<Readonly<Record<string, Money>>>;
}

/** One question about many messages, where calls are few: all of one channel, whose handles need the same access. */
export interface LookUpTogether {
  readonly channels: readonly Channel[];
  /** The answers in the order of the messages, as if each had been asked about by itself. */
  lookUp(sought: readonly SoughtMessage[], credential: SecretValue): Promise<readonly LookUp[]>;
}

/** The provider's own list of what was sent from the account, by anybody. */
export interface MessageListing {
  /** The channels it covers: of any other, nothing can be counted. */
  readonly channels: readonly Channel[];
  /** All of a window, in no promised order. @throws RecordsError `too-many` for a window that must be made shorter */
  list(window: TimeWindow, credential: SecretValue): Promise<readonly ProviderRecord[]>;
}

/** Why the provider's records could not be read. */
export type RecordsErrorCode =
  | 'credential-refused'
  | 'right-missing'
  | 'address-refused'
  | 'provider-unreachable'
  | 'too-many-requests'
  | 'request-refused'
  | 'answer-unreadable'
  | 'too-many';

const RETRYABLE: readonly RecordsErrorCode[] = ['provider-unreachable', 'too-many-requests'];

/** The provider's records could not be read; nothing of the answer's text is kept. */
export class RecordsError extends KeyroomError {
  override readonly name = 'RecordsError';
  readonly code: RecordsErrorCode;
  readonly retryable: boolean;

  constructor(code: RecordsErrorCode, message: string) {
    super(message);
    this.code = code;
    this.retryable = RETRYABLE.includes(code);
  }
}
