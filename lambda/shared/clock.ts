/** Time, as use cases need it: one clock to write down, one to measure with. */
export interface Clock {
  /** Milliseconds since the epoch. May jump; never used to measure a duration. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never goes back. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A moment as the API and the ledger write it: ISO 8601 in UTC, with milliseconds. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();
