/** Where a simulator takes its time from. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A clock that runs with the given one and can be moved forward. */
export interface SimulatedClock extends Clock {
  /** @param seconds 0 or more; fractions are allowed. */
  advance(seconds: number): void;
  reset(): void;
}

/**
 * Makes a clock that can be moved forward, for everything that depends on time: expiry, propagation, daily limits.
 *
 * @param base the clock it runs with. Default: the system's.
 */
export function createSimulatedClock(base: Clock = { now: () => Date.now() }): SimulatedClock {
  let offset = 0;
  return {
    now: () => base.now() + offset,
    advance: (seconds) => {
      offset += seconds * 1000;
    },
    reset: () => {
      offset = 0;
    },
  };
}

/** ISO 8601 in UTC, with milliseconds. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
