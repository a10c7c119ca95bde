import type { AppKeyLookup } from '../shared/app-key-ledger.ts';
import { type Clock, elapsed, mark, type Mark } from '../shared/clock.ts';

/** To within so many milliseconds people learn when a key was last used. */
const EVERY_MS = 5 * 60_000;

/**
 * Notes that keys are used, at most every five minutes each, and lets nobody wait for it.
 *
 * The request leaves at once, over the connection that the key was just read on; its answer changes nothing. One that
 * is lost is made up for by the key's next use.
 */
export const createUseNotes = (keys: Pick<AppKeyLookup, 'noteUse'>, clock: Clock): ((hash: string) => void) => {
  const noted = new Map<string, Mark>();
  return (hash) => {
    const last = noted.get(hash);
    if (last !== undefined && elapsed(clock, last) < EVERY_MS) return;
    noted.set(hash, mark(clock));
    keys.noteUse(hash, clock.now()).catch(() => noted.delete(hash));
  };
};
