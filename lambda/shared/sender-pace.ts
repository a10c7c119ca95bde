import type { MessageRecord } from './message.ts';

/** What decides when a message may go: who sends it, and how long it can wait. */
export type Paced = Pick<MessageRecord, 'channel' | 'from' | 'category' | 'validUntil'>;

/** Whether a sender has room for one more message now. */
export type Place =
  | { readonly kind: 'free' }
  /** Taken; it comes back with `giveBack` where the message does not go after all. */
  | { readonly kind: 'taken'; readonly giveBack: () => Promise<void> }
  | { readonly kind: 'full' };

/** When a message may go that found no room. */
export type Turn =
  /** `isReserved`: nobody else gets this place, so the message takes none when its time has come. */
  | { readonly kind: 'later'; readonly at: number; readonly isReserved: boolean }
  /** All places are given away until after the message's own time. @property freeInMs when one like it would get one */
  | { readonly kind: 'too-late'; readonly freeInMs: number };

/**
 * Keeps each sender to the pace that its provider, or the networks behind it, bear.
 *
 * What is too fast is not refused: it gets the sender's next free place, so that a campaign goes out evenly and in its
 * order. A fifth of the places is kept for one-time codes, which may have any: no campaign is ever before them.
 *
 * Not a limit: where the ledger gives no answer the message goes, and the provider refuses what it does not bear.
 */
export interface SenderPace {
  /** Takes a place in the present, at the cost of one write; of none where the sender has no pace. */
  take(message: Paced): Promise<Place>;
  /** Reserves the next free place. */
  reserve(message: Paced): Promise<Turn>;
}

/** A room whose senders are as fast as anybody likes. */
export const noPace: SenderPace = {
  take: () => Promise.resolve({ kind: 'free' }),
  reserve: () => Promise.reject(new TypeError('a sender without a pace has no places to reserve')),
};
