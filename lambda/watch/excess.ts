import type { Usual } from '../shared/watch-state.ts';
import { countAt, stabilised } from './usual.ts';

/**
 * How far a minute has to be above what is usual, in spreads, to speak for a flood at all.
 *
 * Half of the smallest steady rise that is to be found (three spreads), as the theory of these sums has it.
 */
const SLACK = 1.5;
/** One minute alone counts for so much at most. */
const MOST_OF_A_MINUTE = 12;
/** A sum beyond this says no more, and would keep the alarm up long after the flood. */
const MOST = 60;
/** A flood of fewer messages a minute than this is none: a quiet room would page for every coincidence. */
const LEAST_EXCESS = 8;

/**
 * The sum that tells a flood from coincidence, a minute later.
 *
 * A cumulative sum (Page 1954, https://doi.org/10.1093/biomet/41.1-2.100): minutes well above the usual add to it, all
 * others take from it. So a flood shows with the third minute, and what is only a little too much when it lasts. What is over before is left to
 * the ceiling and the jump.
 *
 * @param count messages in this minute, without those that were announced
 */
export const excessAfter = (sum: number, count: number, usual: Usual): number => {
  const above = (stabilised(count) - usual.level) / usual.spread;
  const counts = count - countAt(usual.level) >= LEAST_EXCESS ? above : Math.min(above, 0);
  return Math.min(MOST, Math.max(0, sum + Math.min(counts, MOST_OF_A_MINUTE) - SLACK));
};
