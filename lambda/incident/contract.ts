/** What the incident function, its construct and the operator's CLI agree on. */
export const ENV = {
  environment: 'KEYROOM_ENVIRONMENT',
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
  /** `<account id>:<role name>` of who may command. */
  onCallRole: 'ON_CALL_ROLE',
  /** The same of who has to agree before a room is unfrozen; absent where nobody has to. */
  approverRole: 'APPROVER_ROLE',
  sendFunction: 'SEND_FUNCTION',
  retryFunction: 'RETRY_FUNCTION',
  /** Reserved concurrency that the template gives them; empty where it gives none. */
  sendConcurrency: 'SEND_CONCURRENCY',
  retryConcurrency: 'RETRY_CONCURRENCY',
  /** Ids of the event source mappings that call the retry function: comma separated. */
  retrySources: 'RETRY_SOURCES',
  /** ARN of the sending secret; absent in a sandbox room. */
  sendingSecretArn: 'SENDING_SECRET_ARN',
  /** The function that keeps the keys; absent in a sandbox room. */
  rotateKeyFunction: 'ROTATE_KEY_FUNCTION',
  /** Topics of pages and tickets: ARNs, comma separated. */
  alarmTopics: 'ALARM_TOPICS',
  /** The queue that hears of pages, for drills. */
  probeQueueUrl: 'PROBE_QUEUE_URL',
} as const;

/** The function's name: physical, so that it can be let call itself before it exists. */
export const incidentFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-incident`;

/** The function calls itself with the first, so that nobody waits for the work; schedules with the others. */
export type IncidentEvent =
  | { readonly action: 'run'; readonly job: string }
  | { readonly action: 'resume' }
  | { readonly action: 'drill' | 'breach' };

/** Who commanded where no person did. */
export const KEYROOM: Operator = { role: 'keyroom', session: 'watch' };

/** What is asked for at the door: `POST /v1/jobs`. */
export interface JobRequest {
  /** Name of the command. */
  readonly command: string;
  /** What the command is about, such as `{"app": "shop"}`. @default - nothing: the whole room */
  readonly arguments?: Readonly<Record<string, string>>;
  /** A reference such as `INC-4711`, for the audit. 1 to 64 of letters, digits, `.`, `_`, `-`. @default - none */
  readonly reason?: string;
}

/**
 * - `waiting`: for a second person. - `running`: or to be gone on with by itself. - `superseded`: somebody commanded the
 * opposite meanwhile, and that is what holds. - `unproved`: done, and for a while asked about every minute until it is
 * proved.
 */
export type JobState = 'waiting' | 'running' | 'done' | 'unproved' | 'failed' | 'superseded';

/** Who commanded, as IAM knows them. */
export interface Operator {
  /** `<account id>:<role name>` */
  readonly role: string;
  /** Name of the session: who a person is where one role is shared. */
  readonly session: string;
  /** Where the command came from, as the gateway saw it. @default - not known */
  readonly address?: string;
}

/** One step of a job: what it verified, or what stood in its way. */
export interface JobStep {
  readonly name: string;
  readonly state: 'done' | 'failed';
  /** A sentence, without numbers, texts or keys. */
  readonly detail: string;
  /** What it found out for the steps after it: ids. @default - nothing */
  readonly found?: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Where a job stands: the answer of the door. */
export interface JobReport {
  readonly id: string;
  readonly command: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly reason: string | null;
  readonly caller: Operator;
  /** Who agreed. `null` where nobody had to, or nobody has yet. */
  readonly approvedBy: Operator | null;
  readonly state: JobState;
  readonly steps: readonly JobStep[];
  /** What it came to so far, as a sentence; `null` before the end of its first run. */
  readonly outcome: string | null;
  /** What a person has to do now; `null` for nothing. */
  readonly todo: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}
