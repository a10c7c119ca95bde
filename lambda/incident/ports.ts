import type { Campaign } from '../shared/campaigns.ts';
import type { Clock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import type { DrillRecord } from '../shared/drill.ts';
import type { KeysAnswer, KeysCommand } from '../shared/keys-command.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { JobReport, JobStep, Operator } from './contract.ts';

/** A job as it is kept: its report, and what keeps two runs of it apart. */
export interface Job extends Omit<JobReport, 'updatedAt'> {
  /** Rises with every run, so that a run that was given up writes nothing any more. */
  readonly fence: number;
}

/** A step that changed something, as the audit reads it. */
export interface Action {
  readonly job: Pick<Job, 'id' | 'command' | 'arguments' | 'caller' | 'reason'>;
  readonly step: JobStep;
}

/** Where jobs and actions are kept. Every call throws AwsError. */
export interface JobStore {
  /** Keeps a new job, or returns the one with its id. */
  create(job: Job): Promise<Job | undefined>;
  find(id: string): Promise<Job | undefined>;
  /** Takes a job that is to go on and that no other run is at, for so long; otherwise `undefined`. */
  claim(id: string, leaseMs: number): Promise<Job | undefined>;
  /** Writes where the run is and renews its lease. `false` when another run has taken the job. */
  save(job: Job, leaseMs: number): Promise<boolean>;
  /** Ends a run; a job that is to go on is taken up again after so long, if it is said. `false` as for `save`. */
  end(job: Job, againAfterMs: number | undefined): Promise<boolean>;
  /** Lets a waiting job go on. `false` when it does not wait any more. */
  approve(id: string, by: Operator): Promise<boolean>;
  /** Ids of jobs that nobody is at. */
  open(): Promise<readonly string[]>;
  /** Jobs that are not at their end. */
  ongoing(): Promise<readonly Job[]>;
  note(action: Action): Promise<void>;
}

/** What a room is to be: the last command counts. */
export interface WantedState {
  readonly frozen: boolean;
  /** Rises with every command. */
  readonly generation: number;
  /** The job that commanded it, and who did. */
  readonly job: string;
  readonly by: Operator;
}

/** The state that was commanded last. Every call throws AwsError. */
export interface RoomState {
  read(): Promise<WantedState | undefined>;
  /** Commands a state, once for each job: repeated, it returns what the job commanded, or what came after it. */
  want(job: Pick<Job, 'id' | 'caller' | 'reason'>, frozen: boolean): Promise<WantedState>;
}

/** The flags that the write which admits a message looks at. Every call throws AwsError. */
export interface FreezeFlags {
  /** Sets or clears an app's flag for one of its two reasons; says whether the app is frozen now, by either. */
  app(app: string, because: 'itself' | 'room', frozen: boolean): Promise<boolean>;
  country(app: string, country: string, frozen: boolean): Promise<void>;
  /** Remembers a country for apps that are yet to come. */
  countryOfRoom(country: string, frozen: boolean): Promise<void>;
}

/** What was announced of messages. Every call throws AwsError. */
export interface Campaigns {
  /** Puts a campaign in the place of whatever was announced for the app; `null`: nothing is. */
  replace(app: string, campaign: Campaign | null): Promise<void>;
}

/** The way that a page goes, as a drill tries it. */
export interface Pager {
  /** Lets the alarm of drills go off, when the invocation has ended: then its log is read at the latest. */
  breach(): void;
  /** Has another invocation do that. */
  breachElsewhere(): Promise<void>;
  /** What the probe has got meanwhile, each once; waits a second for it. @throws AwsError */
  received(): Promise<readonly string[]>;
  /** How many are subscribed to pages and tickets, and how many of those have not confirmed it. */
  subscriptions(): Promise<{ readonly confirmed: number; readonly pending: number }>;
  /** @throws AwsError */
  last(): Promise<DrillRecord | undefined>;
  /** @throws AwsError */
  keep(record: DrillRecord): Promise<void>;
  /** Counts what a drill came to. */
  count(values: Parameters<Metrics['emit']>[0]): void;
}

/** One layer of a room's freeze beside the flags: each call says what it verified, and throws where it could not. */
export interface Brake {
  stop(): Promise<string>;
  /** Back to what the template says. */
  release(): Promise<string>;
}

/** Everything that commands need from the outside. */
export interface IncidentPorts {
  readonly room: RoomPolicy;
  readonly onCallRole: string;
  /** `undefined` where nobody has to agree. */
  readonly approverRole: string | undefined;
  readonly clock: Clock;
  readonly jobs: JobStore;
  readonly roomState: RoomState;
  readonly flags: FreezeFlags;
  readonly campaigns: Campaigns;
  /** `undefined` where the room has no probe. */
  readonly pager: Pager | undefined;
  /** Concurrency and event sources of the functions that call the provider. */
  readonly functions: Brake;
  /** The tag on the sending secret; `undefined` in a sandbox room. */
  readonly secret: Brake | undefined;
  /** Asks the function that keeps the keys; `undefined` in a sandbox room. */
  readonly keys: ((command: KeysCommand) => Promise<KeysAnswer>) | undefined;
  /** Has a job run by another invocation. `false` where that could not be had. */
  readonly runElsewhere: (job: string) => Promise<boolean>;
  readonly log: Log;
}
