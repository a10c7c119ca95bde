import type { AlarmChange } from './alarm-change.ts';

/** What is remembered of one alarm, so that people hear of it once. Moments in milliseconds since the epoch. */
export interface AlarmMemory {
  /** What people believe, by what they were told last. */
  readonly told: AlarmChange['state'];
  /** When it went off of which they were told last; 0 before any. */
  readonly toldOff: number;
  /** The latest change that was seen. */
  readonly newest: { readonly at: number; readonly state: AlarmChange['state'] };
  /** When it went off lately, whether or not that was told. */
  readonly wentOff: readonly number[];
  /** Changes that were seen lately, and how each was told of; `null` for one that was not. */
  readonly seen: readonly { readonly at: number; readonly state: AlarmChange['state']; readonly as: Telling | null }[];
}

/**
 * How a change is told.
 *
 * - `new`: as it is. - `flapping`: it goes on and off, and people hear of that once an hour until it is quiet. - `over`: it
 *   went off and has ended before anybody was told.
 */
export type Telling = 'new' | 'flapping' | 'over';

/** What is to be done about a change, and what is remembered then. */
export interface Decision {
  /** `null`: nothing is told. */
  readonly as: Telling | null;
  readonly memory: AlarmMemory;
}

const LATELY_MS = 3_600_000;
/** An alarm that goes off a third time in an hour is one problem and not three. */
const FLAPPING = 3;
const MOST_SEEN = 50;

/**
 * Whether people are told of a change of an alarm.
 *
 * An alarm that goes on and off is told of as one that is on: nobody is ever told that it ended while it is on, and the
 * last thing before a silence is always that it went off. The same change twice is decided as the first time, as its
 * telling may have failed, unless what came since makes it untrue.
 */
export const decide = (before: AlarmMemory | undefined, change: AlarmChange): Decision => {
  const memory = before ?? EMPTY;
  const { at, state } = change;
  const known = memory.seen.find((seen) => seen.at === at && seen.state === state);
  if (known) return { as: stillTrue(memory, known), memory };
  const isLate = at < memory.newest.at;
  const newest = isLate ? memory.newest : { at, state };
  const wentOff = [...memory.wentOff, ...(state === 'ALARM' ? [at] : [])].filter(
    (each) => each > newest.at - LATELY_MS,
  );
  const as = tellingOf(memory, change, isLate, wentOff.length >= FLAPPING);
  const believed = as === null || as === 'over' ? memory.told : state;
  const seen = [...memory.seen, { at, state, as }].slice(-MOST_SEEN);
  const toldOff =
    state === 'ALARM' && (as === 'new' || as === 'flapping') ? Math.max(at, memory.toldOff) : memory.toldOff;
  return { as, memory: { told: believed, toldOff, newest, wentOff, seen } };
};

const EMPTY: AlarmMemory = { told: 'OK', toldOff: 0, newest: { at: -Infinity, state: 'OK' }, wentOff: [], seen: [] };

/**
 * How a change that was decided before is told now: as then, while people believe what it says; what is over is told as
 * that, and never of an alarm that is on.
 */
const stillTrue = ({ told }: AlarmMemory, { state, as }: AlarmMemory['seen'][number]): Telling | null => {
  if (as === null || (as !== 'over' && state === told)) return as;
  return told === 'OK' ? 'over' : null;
};

const tellingOf = (
  { told, toldOff, newest }: AlarmMemory,
  { state, at }: AlarmChange,
  isLate: boolean,
  isFlapping: boolean,
): Telling | null => {
  if (state === 'OK') return told === 'ALARM' && !isLate && !isFlapping ? 'new' : null;
  if (isLate && newest.state === 'OK') return isFlapping ? null : 'over';
  if (!isFlapping) return 'new';
  return told === 'ALARM' && at < toldOff + LATELY_MS ? null : 'flapping';
};
