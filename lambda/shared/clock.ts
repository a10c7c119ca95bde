/** Time, as use cases need it: one clock to write down, one to measure with. */
export interface Clock {
  /** Milliseconds since the epoch. May jump; never used to measure a duration. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never goes back. */
  monotonic(): number;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A moment as the API and the ledger write it: ISO 8601 in UTC, with milliseconds. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** A moment on both clocks. */
export interface Mark {
  readonly now: number;
  readonly monotonic: number;
}

export const mark = (clock: Clock): Mark => ({ now: clock.now(), monotonic: clock.monotonic() });

/**
 * Milliseconds since the mark, as the clock that ran further says.
 *
 * For what must not be used too long: Lambda may freeze the environment, and then one of the two may stand still.
 */
export const elapsed = (clock: Clock, since: Mark): number =>
  Math.max(clock.now() - since.now, clock.monotonic() - since.monotonic);
