import type { Clock } from '../../lambda/shared/clock.ts';

/** A clock whose hours take no time: it jumps to the next moment somebody waits for. */
export interface VirtualClock extends Clock {
  /**
   * Lets time pass until the work is done.
   *
   * @throws what the work throws; an error when everybody waits for nothing
   */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Makes a clock that begins at the given moment, in milliseconds since the epoch. Equal moments keep their order. */
export const createVirtualClock = (start: number): VirtualClock => {
  let now = start;
  let order = 0;
  const sleepers: Sleeper[] = [];
  const isBefore = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  const add = (sleeper: Sleeper): void => {
    let [low, high] = [0, sleepers.length];
    // Latest first, so that the next one to wake is taken off the end.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(sleeper, sleepers[middle] ?? sleeper)) low = middle + 1;
      else high = middle;
    }
    sleepers.splice(low, 0, sleeper);
  };

  return {
    now: () => now,
    monotonic: () => now - start,
    wait: (ms) =>
      new Promise((resolve) => {
        order += 1;
        add({ at: now + Math.max(0, ms), order, wake: resolve });
      }),
    run: async (work) => {
      const state = { settled: false };
      const done = work.finally(() => (state.settled = true));
      // Awaited below, once it has settled; until then its failure counts as seen.
      done.catch(() => undefined);
      for (;;) {
        // Everything that can go on now does so before time passes.
        await new Promise((resolve) => setImmediate(resolve));
        if (state.settled) return done;
        const next = sleepers.pop();
        if (next === undefined) throw new Error('everybody waits, and nobody will be woken');
        now = next.at;
        next.wake();
      }
    },
  };
};
