import type { Restore } from './checkpoint.ts';
import type { Clock } from './clock.ts';

/** Counts requests in fixed windows. */
export interface RateLimit {
  /** Counts one request; false when it is over the limit. */
  take(): boolean;
  checkpoint(): Restore;
  reset(): void;
}

/**
 * Makes a limit of so many requests per window.
 *
 * @param limit asked at every request, so that a change applies at once; `null` lets everything through.
 */
export function createRateLimit(clock: Clock, windowMs: number, limit: () => number | null): RateLimit {
  let window = -1;
  let used = 0;
  return {
    take: () => {
      const current = Math.floor(clock.now() / windowMs);
      if (current !== window) {
        window = current;
        used = 0;
      }
      used += 1;
      const most = limit();
      return most === null || used <= most;
    },
    checkpoint: () => {
      const saved = [window, used] as const;
      return () => {
        [window, used] = saved;
      };
    },
    reset: () => {
      window = -1;
    },
  };
}
