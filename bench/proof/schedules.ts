import { type Fault, faultsFor, type Schedule } from '../../test/lambda/rotate-key/support/faults.ts';
import { createRandom } from '../rotation/random.ts';

/** Runs the story once. @returns the calls it made under faults */
export type Story = (schedule: Schedule) => Promise<readonly string[]>;

/** Which part of all schedules to run. */
export interface Share {
  readonly maxFaults: number;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  /** Moment at which to stop, on the clock of `performance.now()`. */
  readonly until: number;
}

/** How far a share got. */
export interface Explored {
  readonly schedules: number;
  /** Every schedule of this share of at most so many faults was run; of those with more, a sample. */
  readonly completeTo: number;
}

interface Played {
  readonly schedule: Schedule;
  readonly calls: readonly string[];
}

/**
 * Runs the story under every schedule of at most so many faults that belongs to this share.
 *
 * A schedule grows by a fault after its last one, at any call the story made under it. Schedules of one fault lead to
 * the others: every share runs them, and the first counts them. Those of two are dealt out, and whoever has one runs
 * all that begin with it. Fewer faults come first; the rest follows in an order that looks random and is always the
 * same, so that a share that runs out of time has run a fair sample of it.
 */
export const runShare = async (story: Story, { maxFaults, part, parts, until }: Share): Promise<Explored> => {
  let schedules = 0;
  const isOver = (): boolean => performance.now() > until;
  const play = async (schedule: Schedule): Promise<Played> => {
    const calls = await story(schedule);
    if (schedule.size > 1 || part === 0) schedules += 1;
    return { schedule, calls };
  };
  const playAll = async (list: readonly Schedule[]): Promise<readonly Played[]> => {
    const played: Played[] = [];
    for (const schedule of list) {
      if (isOver()) break;
      played.push(await play(schedule));
    }
    return played;
  };
  const deeper = async ({ schedule, calls }: Played): Promise<boolean> => {
    if (schedule.size === maxFaults) return true;
    for (const next of grown(schedule, calls)) {
      if (isOver() || !(await deeper(await play(next)))) return false;
    }
    return true;
  };

  const none = await play(new Map());
  const single = grown(none.schedule, none.calls);
  const first = await playAll(single);
  if (first.length < single.length) return { schedules, completeTo: 0 };
  if (maxFaults < 2) return { schedules, completeTo: maxFaults };
  const pairs = shuffled(first.flatMap(({ schedule, calls }) => grown(schedule, calls)));
  const own = pairs.filter((_, index) => index % parts === part);
  const second = await playAll(own);
  if (second.length < own.length) return { schedules, completeTo: 1 };
  for (const played of second) if (!(await deeper(played))) return { schedules, completeTo: 2 };
  return { schedules, completeTo: maxFaults };
};

/** The schedules with one more fault, after the last one. */
const grown = (schedule: Schedule, calls: readonly string[]): readonly Schedule[] => {
  const last = Math.max(-1, ...schedule.keys());
  return calls.flatMap((call, index) =>
    index <= last
      ? []
      : faultsFor(call).map((fault): Schedule => new Map<number, Fault>([...schedule, [index, fault]])),
  );
};

const shuffled = <T>(list: readonly T[]): readonly T[] => {
  const random = createRandom(1);
  return list
    .map((entry) => ({ entry, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
};
