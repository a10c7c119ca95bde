import { describeError } from '../../shared/log.ts';
import { COMMANDS } from '../commands.ts';
import type { IncidentPorts, Job } from '../ports.ts';
import type { CommandEnd } from './command.ts';
import { createProgress, JobLostError } from './progress.ts';

/** When a job that did not get everywhere is gone on with. */
const AGAIN_MS = 20_000;
/** Runs after which a job has failed: with a minute between two, longer than AWS and providers are usually away. */
const MOST_RUNS = 30;

/**
 * Runs a job from where its last run stopped.
 *
 * A run that dies writes nothing: its lease ends, and the schedule takes the job up again.
 */
export const runJob = async (ports: IncidentPorts, id: string): Promise<void> => {
  const found = await ports.jobs.find(id);
  const command = found && COMMANDS[found.command];
  if (command === undefined) return;
  const job = await ports.jobs.claim(id, command.leaseMs);
  if (job === undefined) return;
  try {
    await runClaimed(ports, job);
  } catch (error: unknown) {
    if (!(error instanceof JobLostError)) throw error;
    ports.log.warn('job taken by another run', { action: job.command });
  }
};

/** Goes through with a job that is this run's, and returns where it stands. @throws JobLostError */
export const runClaimed = async (ports: IncidentPorts, job: Job): Promise<Job> => {
  const command = COMMANDS[job.command];
  if (command === undefined) throw new TypeError('there is no such command');
  const progress = createProgress(ports, job, command.leaseMs);
  let end: CommandEnd;
  try {
    end = await command.run(ports, job, progress);
  } catch (error: unknown) {
    if (error instanceof JobLostError) throw error;
    ports.log.error('run failed', { action: job.command, ...describeError(error) });
    end = { state: 'running', outcome: 'something did not answer; it is tried again' };
  }
  if (end.state === 'running' && job.fence >= MOST_RUNS) end = { ...end, state: 'failed' };
  const after = { ...job, ...end, todo: end.todo ?? null, steps: progress.steps() };
  const isOurs = await ports.jobs.end(after, job.fence < MOST_RUNS ? AGAIN_MS : undefined).catch((error: unknown) => {
    // Its lease ends, and it is taken up again: what is done is done.
    ports.log.error('job not ended', { action: job.command, ...describeError(error) });
    return true;
  });
  if (!isOurs) throw new JobLostError('another run has taken the job');
  ports.log.info('job run', { action: job.command, state: end.state, attempt: job.fence });
  return after;
};

/** Takes up what nobody is at: crashed, never begun, or to be tried again. One that fails does not hold up the others. */
export const resumeJobs = async (ports: IncidentPorts): Promise<void> => {
  const ids = await ports.jobs.open();
  const done = await Promise.allSettled(ids.map((id) => runJob(ports, id)));
  const failed = done.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) ports.log.error('jobs not taken up', { count: failed });
};
