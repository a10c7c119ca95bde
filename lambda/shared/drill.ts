import type { Plain } from './aws/attribute-value.ts';

/** Partition key of the ledger's item about drills. */
export const drillKey = 'room#drill';

/** What the last drill came to. Moments in milliseconds since the epoch. */
export interface DrillRecord {
  /** `null` before the first one. */
  readonly at: number | null;
  readonly ok: boolean;
  /** From the breach to the page; `null` where none came. */
  readonly seconds: number | null;
  /** The last one that succeeded; before the first one, when the room began to count. */
  readonly provenAt: number;
  /** Subscriptions to pages and tickets, at the last drill. */
  readonly confirmed: number;
  readonly pending: number;
}

/** The record in its item; `undefined` where there is none yet. */
export const drillIn = (item: Readonly<Record<string, Plain>> | undefined): DrillRecord | undefined =>
  // Written by one function alone, so it has the shape it was written with.
  item?.record as unknown as DrillRecord | undefined;
