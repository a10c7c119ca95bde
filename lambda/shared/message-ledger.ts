import type { MessageRecord } from './message.ts';
import type { Take, UnitLedger, UnitsResult } from './unit-ledger.ts';

/** What became of writing down that a message is about to be sent. */
export type IntentResult =
  | { readonly kind: 'new' }
  /** The same app and idempotency key were seen in the last 7 days. */
  | { readonly kind: 'existing'; readonly record: MessageRecord }
  /** Nothing was written. */
  | { readonly kind: 'failed' }
  /** Nobody knows whether it was written. */
  | { readonly kind: 'in-doubt' };

export interface Admission {
  readonly intent: IntentResult;
  readonly units: UnitsResult;
}

/** The attempt that holds a message's lease. */
export type Attempt = Pick<MessageRecord, 'id' | 'attempt'>;

/** What an attempt changes when it ends. */
export type Settlement = Pick<
  MessageRecord,
  'state' | 'updatedAt' | 'providerMessageId' | 'reason' | 'versionId' | 'settlesBy'
>;

/** - `superseded`: the record is no longer this attempt's. - `failed`: not written, or nobody knows. */
export type Settled = 'recorded' | 'superseded' | 'failed';

export type Reclaimed =
  | { readonly kind: 'claimed' }
  /** Somebody else was quicker; the record as it is now, `undefined` when it is gone. */
  | { readonly kind: 'lost'; readonly record: MessageRecord | undefined }
  | { readonly kind: 'failed' }
  | { readonly kind: 'in-doubt' };

/**
 * Decides who may send what, before the wire, and remembers what came of it.
 *
 * Writes of an attempt are conditioned on it, so repeating them is harmless.
 */
export interface MessageLedger extends Pick<UnitLedger, 'giveBack' | 'look'> {
  /** Writes the intent and takes the units, in one parallel round trip. */
  admit(intent: MessageRecord, takes: readonly Take[]): Promise<Admission>;
  /** Claims a `not-sent` message for a new attempt, unless it changed since it was read. */
  reclaim(seen: MessageRecord, next: MessageRecord): Promise<Reclaimed>;
  /** Ends an attempt that is `sending`. May be repeated. */
  settle(attempt: Attempt, outcome: Settlement): Promise<Settled>;
  /** Closes a `not-sent` message for good, unless it changed since it was read. */
  expire(seen: MessageRecord, now: number): Promise<void>;
  /** Forgets the intent of an attempt that never got to the wire. May be repeated. */
  release(attempt: Attempt): Promise<Settled>;
  find(id: string): Promise<MessageRecord | undefined>;
}
