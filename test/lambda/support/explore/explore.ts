import { hash } from 'node:crypto';

import type { Restore } from '../../../../local/simulators/checkpoint.ts';
import { runEverySchedule, type Schedule, type Stage } from './stage.ts';
import type { Progress, Story } from './story.ts';

/** Where a story stands between two invocations: the function's memory is gone, and the room is all there is. */
interface State {
  readonly act: number;
  readonly progress: Progress;
  readonly restore: Restore;
  /** Fewest faults by which it was reached. */
  used: number;
  /** How it was reached with them. */
  path: readonly string[];
  /** Schedules of an invocation that lead on, by where to and how many faults they have. */
  readonly edges: Map<State, number[]>;
}

export interface Explored {
  /** Schedules of faults that were played, one by one or as part of a state already seen. */
  readonly schedules: number;
  readonly states: number;
  /** Invocations of the function under faults. */
  readonly runs: number;
  /** What did not hold, each with one schedule that shows it. */
  readonly broken: ReadonlyMap<string, string>;
  /** Fingerprints of the worlds at the end. */
  readonly ends: ReadonlySet<string>;
}

export interface ExploreOptions {
  /** `false`: no two states are ever taken for the same. @default true */
  readonly merge?: boolean;
  /** Called with every invocation, so that somebody who waits can be told. */
  readonly onRun?: (runs: number) => void;
}

/**
 * Plays a story under every schedule of at most so many faults.
 *
 * Between two invocations nothing of the function is left but the world, so a world that was seen before, at the same
 * place of the story, goes on as it did. It is looked at once: with the most faults left, since fewer can do no more.
 * States are taken up in the order of the faults used, so that the first time is that one.
 */
export const explore = async <Room, Fault>(
  stage: Stage<Room, Fault>,
  story: Story<Room>,
  maxFaults: number,
  { merge = true, onRun = () => undefined }: ExploreOptions = {},
): Promise<Explored> => {
  const { room } = stage;
  const known = new Map<string, State>();
  const waiting: State[][] = Array.from({ length: maxFaults + 1 }, () => []);
  const broken = new Map<string, string>();
  const ends = new Set<string>();
  let runs = 0;

  const report = (sentences: readonly string[], path: readonly string[]): void => {
    for (const sentence of sentences) if (!broken.has(sentence)) broken.set(sentence, path.join(', ') || 'no fault');
  };
  /** The state the room is in now. */
  const arrive = (act: number, progress: Progress, used: number, path: readonly string[]): State => {
    stage.nextTick();
    const key = merge ? hash('sha256', stage.fingerprint([act, progress])) : String(known.size);
    const seen = known.get(key);
    if (seen !== undefined && seen.used <= used) return seen;
    const state = seen ?? { act, progress, restore: stage.checkpoint(), used, path, edges: new Map<State, number[]>() };
    [state.used, state.path] = [used, path];
    known.set(key, state);
    waiting[used]?.push(state);
    return state;
  };
  const move = async (from: State, schedule: Schedule<Fault>): Promise<readonly string[]> => {
    const act = story.acts[from.act];
    if (act === undefined) return [];
    runs += 1;
    onRun(runs);
    from.restore();
    const seen: string[] = [];
    const { result: progress, calls } = await stage.play(
      schedule,
      () => act.move(room, from.progress),
      () => void seen.push(...story.always(room)),
    );
    const where = `${act.name}${attemptOf(from.progress)}`;
    const path = [
      ...from.path,
      ...[...schedule].map(([call, fault]) => `${where}: ${String(fault)} at ${calls[call] ?? '?'} (call ${call})`),
    ];
    report(seen, path);
    const used = from.used + schedule.size;
    const next = progress === 'over' ? arrive(from.act + 1, {}, used, path) : arrive(from.act, progress, used, path);
    const counts = from.edges.get(next) ?? Array.from({ length: maxFaults + 1 }, () => 0);
    counts[schedule.size] = (counts[schedule.size] ?? 0) + 1;
    from.edges.set(next, counts);
    return calls;
  };
  const finish = async (state: State): Promise<void> => {
    state.restore();
    report(await story.end(room, state.used), state.path);
    stage.nextTick();
    ends.add(hash('sha256', stage.fingerprint('end')));
  };

  await story.begin(room);
  const start = arrive(0, {}, 0, []);
  for (const [used, states] of waiting.entries()) {
    for (const state of states) {
      // Another way with fewer faults was found since.
      if (state.used !== used) continue;
      if (state.act === story.acts.length) await finish(state);
      else
        await runEverySchedule(
          maxFaults - used,
          (call) => stage.faultsFor(call),
          (schedule) => move(state, schedule),
        );
    }
  }
  const schedules = schedulesFrom(start, maxFaults).reduce((sum, count) => sum + count, 0);
  return { schedules, states: known.size, runs, broken, ends };
};

const attemptOf = ({ attempt = 1, step }: Progress): string =>
  `${step === undefined ? '' : ` step ${Number(step) + 1}`}${attempt === 1 ? '' : `, attempt ${attempt}`}`;

/** How many schedules lead from a state to the end, by their number of faults from 0 to the most that are left. */
const schedulesFrom = (start: State, maxFaults: number): readonly number[] => {
  const known = new Map<State, readonly number[]>();
  const count = (state: State): readonly number[] => {
    const before = known.get(state);
    if (before !== undefined) return before;
    const sums = Array.from({ length: maxFaults + 1 }, () => 0);
    if (state.edges.size === 0) sums[0] = 1;
    for (const [next, ways] of state.edges) {
      const further = count(next);
      for (let own = 0; own <= maxFaults - state.used; own += 1) {
        for (let later = 0; own + later <= maxFaults - state.used; later += 1) {
          sums[own + later] = (sums[own + later] ?? 0) + (ways[own] ?? 0) * (further[later] ?? 0);
        }
      }
    }
    known.set(state, sums);
    return sums;
  };
  return count(start);
};
