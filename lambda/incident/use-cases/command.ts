import type { JobState } from '../contract.ts';
import type { IncidentPorts, Job } from '../ports.ts';
import type { Progress } from './progress.ts';

/** How a run of a command ended. `running`: it did not get everywhere, and is to be gone on with. */
export interface CommandEnd {
  readonly state: JobState;
  /** As a sentence. */
  readonly outcome: string;
  readonly todo?: string;
}

/** Arguments of a command that a person gave wrongly: which one, and what it may be. */
export interface WrongArgument {
  readonly field: string;
  readonly detail: string;
  readonly allowed?: string;
}

/** Something that can be commanded at the operator door. */
export interface Command {
  /** Names of its arguments; it has no others. */
  readonly takes: readonly string[];
  /** Who may command it. @default - whoever is on call */
  readonly by?: 'approver';
  /** Longest time between two signs of life of a run, in milliseconds: after it the job is taken up again. */
  readonly leaseMs: number;
  /**
   * Whether it is done at once where no job can be written.
   *
   * @default false - no command without a record of it
   */
  readonly worksWithoutLedger?: boolean;
  /** What is wrong with the arguments. @default - nothing can be */
  readonly check?: (ports: IncidentPorts, args: Job['arguments']) => WrongArgument | undefined;
  /** May come again after a crash at any moment: what `progress` has done is not done twice. */
  readonly run: (ports: IncidentPorts, job: Job, progress: Progress) => Promise<CommandEnd>;
}
