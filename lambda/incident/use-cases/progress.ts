import { elapsed, iso, mark } from '../../shared/clock.ts';
import { KeyroomError } from '../../shared/errors.ts';
import { describeError } from '../../shared/log.ts';
import type { JobStep } from '../contract.ts';
import type { IncidentPorts, Job } from '../ports.ts';

/** Tries of a step in one run, */
const TRIES = 3;
/** unless they take so long that the function might end before it has done what a failure asks for. */
const TRY_AGAIN_WITHIN_MS = 30_000;
const PAUSE_MS = 500;

/** Another run has taken the job: this one must not do anything more. */
export class JobLostError extends KeyroomError {
  override readonly name = 'JobLostError';
  readonly code = 'job-lost';
  readonly retryable = false;
}

/** A step cannot succeed as things are; its message is for the person, its fix what they have to do. */
export class StepError extends KeyroomError {
  override readonly name = 'StepError';
  readonly code: string;
  readonly retryable: boolean;
  readonly fix: string;

  constructor({ code, message, retryable, fix }: Pick<StepError, 'code' | 'message' | 'retryable' | 'fix'>) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    this.fix = fix;
  }
}

/** Does the steps of a job, each once, and writes down what each verified. */
export interface Progress {
  /** The steps so far. */
  readonly steps: () => readonly JobStep[];
  /**
   * Does a step unless an earlier run has done it, up to three times, and writes down what it came to.
   *
   * @param work says what it verified, as a sentence
   * @returns whether the step is done
   * @throws JobLostError
   */
  readonly step: (name: string, work: () => Promise<string>) => Promise<boolean>;
  /**
   * Finds out what the steps after it are about, once: a later run gets what the first one found, whatever there is to
   * be found by then. A run that cannot keep it does not have it.
   *
   * @returns what was found. `undefined`: the step is not done
   * @throws JobLostError
   */
  readonly find: (name: string, work: () => Promise<Found>) => Promise<string | undefined>;
}

/** What a step found out. */
export interface Found {
  readonly found: string;
  /** As a sentence. */
  readonly detail: string;
}

/** A {@link Progress} that renews the lease of its job with each step. */
export const createProgress = (ports: IncidentPorts, job: Job, leaseMs: number): Progress => {
  let steps = job.steps;
  let writing: Promise<void> = Promise.resolve();

  const settle = (step: JobStep, isNeeded = false): Promise<void> => {
    steps = [...steps.filter(({ name }) => name !== step.name), step];
    // One after another: steps go side by side, and the last write must hold them all.
    return (writing = writing.catch(() => undefined).then(() => write(step, isNeeded)));
  };

  /** A ledger that cannot be written must not keep the next brake from being pulled; a job that is lost must. */
  const write = async (step: JobStep, isNeeded: boolean): Promise<void> => {
    const isOurs = await ports.jobs.save({ ...job, steps }, leaseMs).catch((error: unknown) => {
      ports.log.error('job not written', { action: job.command, step: step.name, ...describeError(error) });
      if (isNeeded) throw error;
      return true;
    });
    if (!isOurs) throw new JobLostError('another run has taken the job');
    if (step.state !== 'done') return;
    await ports.jobs.note({ job, step }).catch((error: unknown) => {
      ports.log.error('action not written', { action: job.command, step: step.name, ...describeError(error) });
    });
  };

  const done = (name: string): JobStep | undefined => steps.find((step) => step.name === name && step.state === 'done');

  const attempt = async (name: string, work: () => Promise<Pick<JobStep, 'detail' | 'found'>>): Promise<boolean> => {
    const begun = mark(ports.clock);
    for (let tries = 1; ; tries++) {
      try {
        const result = await work();
        await settle({ name, state: 'done', ...result, at: iso(ports.clock.now()) }, result.found !== undefined);
        return true;
      } catch (error: unknown) {
        if (error instanceof JobLostError) throw error;
        ports.log.error('step failed', { action: job.command, step: name, attempt: tries, ...describeError(error) });
        const isFinal = error instanceof StepError && !error.retryable;
        if (tries < TRIES && !isFinal && elapsed(ports.clock, begun) < TRY_AGAIN_WITHIN_MS) {
          await ports.clock.wait(PAUSE_MS);
          continue;
        }
        await settle({ name, state: 'failed', detail: sentenceOf(error), at: iso(ports.clock.now()) });
        return false;
      }
    }
  };

  return {
    steps: () => steps,
    step: async (name, work) => done(name) !== undefined || attempt(name, async () => ({ detail: await work() })),
    find: async (name, work) => {
      if (done(name) === undefined && !(await attempt(name, work))) return undefined;
      return done(name)?.found;
    },
  };
};

/** Messages of libraries may quote a request; ours never hold a number, a text or a key. */
const sentenceOf = (error: unknown): string => {
  if (error instanceof KeyroomError) return error.message;
  return error instanceof Error && /^[A-Z][A-Za-z]{0,60}$/.test(error.name)
    ? `AWS refused or did not answer: ${error.name}`
    : 'it failed; the log of the incident function says more';
};
