import type { JobReport, JobRequest } from '../lambda/incident/contract.ts';
import type { OperatorDoor } from './operator-door.ts';
import { EXIT, type Report } from './report.ts';
import { createWatch, type Waiting } from './watch.ts';

/** How a job is followed. */
export interface Following extends Omit<Waiting, 'goOn'> {
  /** What to type to see where a job stands. */
  readonly goOn: (id: string) => string;
  /** A key that no other command has. */
  readonly newKey: () => string;
}

/** Exit codes by what a job came to. `superseded`: what was commanded is not what holds. */
const ENDS: Readonly<Record<JobReport['state'], number>> = {
  done: EXIT.held,
  waiting: EXIT.notProved,
  unproved: EXIT.notProved,
  running: EXIT.failed,
  failed: EXIT.failed,
  superseded: EXIT.failed,
};

/** Nobody knows whether the command was taken. Taken twice it does the same, but for a revoke, which ends the key of then. */
const NOT_TAKEN =
  'Repeat the command. To stop the room without its operator door: docs/on-call.md#the-brake-does-not-answer';

/**
 * Commands, follows the job to its end, and shows every step with what it verified.
 *
 * An answer that is lost is asked for again with the same key, so that the command is taken once.
 *
 * @returns the exit code
 */
export const commandJob = (
  open: () => Promise<OperatorDoor>,
  request: JobRequest,
  report: Report,
  following: Following,
): Promise<number> =>
  report.step(request.command, async () => {
    const door = await open();
    const key = following.newKey();
    const watch = createWatch({ ...following, goOn: 'repeat the command', otherwise: NOT_TAKEN }, report.note);
    const taken = await watch('an answer to the command', () => door.command(request, key));
    report.note(`job ${taken.id}`);
    return follow(door, taken, report, following);
  });

/** Follows a job that was commanded before. @returns the exit code */
export const watchJob = (
  open: () => Promise<OperatorDoor>,
  id: string,
  report: Report,
  following: Following,
): Promise<number> =>
  report.step(id, async () => {
    const door = await open();
    const watch = createWatch({ ...following, goOn: following.goOn(id) }, report.note);
    return follow(door, await watch('an answer', () => door.look(id)), report, following);
  });

const follow = async (door: OperatorDoor, first: JobReport, report: Report, following: Following): Promise<number> => {
  const shown = new Set<string>();
  let last = first;
  const show = (job: JobReport): void => {
    last = job;
    for (const { name, state, detail } of job.steps) {
      const line = `${state === 'done' ? '✓' : '✗'} ${name}: ${detail}`;
      if (!shown.has(line)) report.note(line);
      shown.add(line);
    }
  };
  show(first);
  const watch = createWatch({ ...following, goOn: following.goOn(first.id) }, report.note);
  try {
    await watch('the end of the job', async () => {
      if (last.state === 'running') show(await door.look(first.id));
      return last.state === 'running' ? undefined : last;
    });
  } finally {
    report.figure('job', last);
    if (last.outcome !== null) report.note(last.outcome);
    if (last.todo !== null) report.note(`what to do: ${last.todo}`);
  }
  return ENDS[last.state];
};
