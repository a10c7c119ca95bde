import type { Restore } from './checkpoint.ts';

/** A list that forgets its oldest entries, so that a long run cannot fill the memory. */
export interface BoundedList<T> {
  push(entry: T): void;
  /** Oldest first. */
  entries(): readonly T[];
  checkpoint(): Restore;
  clear(): void;
}

/**
 * Makes a list of at most `limit` entries.
 *
 * Trims in batches of a tenth, so that adding stays cheap; `entries()` never shows more than `limit`.
 *
 * @param onForget called with every entry that is dropped, so that indexes beside the list can follow.
 */
export function createBoundedList<T>(limit: number, onForget: (entry: T) => void = () => undefined): BoundedList<T> {
  const slack = Math.max(1, Math.floor(limit / 10));
  let kept: T[] = [];
  return {
    push: (entry) => {
      kept.push(entry);
      if (kept.length < limit + slack) return;
      const dropped = kept.slice(0, kept.length - limit);
      kept = kept.slice(-limit);
      dropped.forEach(onForget);
    },
    entries: () => kept.slice(-limit),
    checkpoint: () => {
      const saved = [...kept];
      return () => {
        kept = [...saved];
      };
    },
    clear: () => {
      kept = [];
    },
  };
}
