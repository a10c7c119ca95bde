import type { Clock } from '../../../lambda/shared/clock.ts';

/** A clock that stands still until it is told otherwise; waiting moves it. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Sets the wall clock only, as a correction of the time does. */
  jump(ms: number): void;
}

export const createFakeClock = (start = Date.parse('2026-11-24T12:00:00.000Z')): FakeClock => {
  let now = start;
  let monotonic = 5000;
  const advance = (ms: number): void => {
    now += ms;
    monotonic += ms;
  };
  return {
    now: () => now,
    monotonic: () => monotonic,
    wait: (ms) => {
      advance(ms);
      return Promise.resolve();
    },
    advance,
    jump: (ms) => void (now += ms),
  };
};
