import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks until there is something.
 *
 * @throws Error when there is nothing after `withinMs`
 */
export const eventually = async <T>(withinMs: number, look: () => Promise<T | undefined>): Promise<T> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not happen within ${withinMs / 1000} s`);
    await sleep(500);
  }
};
