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

/** What a record is known by while nobody changes it. */
export type Seen = Pick<MessageRecord, 'id' | 'attempt' | 'state'>;

/** What becomes of a record; what is not named stays. */
export type Change = Pick<MessageRecord, 'state' | 'updatedAt'> &
  Partial<Omit<MessageRecord, 'id' | 'app' | 'bodyHash' | 'createdAt' | 'validUntil'>>;

/** - `superseded`: the record is no longer what was seen. - `failed`: not written, or nobody knows. */
export type Changed = 'recorded' | 'superseded' | 'failed';

/**
 * Decides who may send what, before the wire, and remembers what came of it.
 *
 * Writes of an attempt are conditioned on it, so repeating them is harmless.
 */
export interface MessageLedger extends Pick<UnitLedger, 'giveBack' | 'look'> {
  /** Writes the intent and takes the units, in one parallel round trip. */
  admit(intent: MessageRecord, takes: readonly Take[]): Promise<Admission>;
  /**
   * Changes a record while it is still what was seen. May be repeated: the same change again is `recorded`, too.
   *
   * Whoever takes a message over from another names itself in `attempt`, so that no two think it was they.
   */
  change(seen: Seen, to: Change): Promise<Changed>;
  /** Forgets the intent of an attempt that never got to the wire. May be repeated. */
  release(attempt: Pick<Seen, 'id' | 'attempt'>): Promise<Changed>;
  find(id: string): Promise<MessageRecord | undefined>;
}
