/** What the function that redrives, its construct and the operator's CLI agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** Queue of one-time codes that wait for their next attempt. */
  otpQueueUrl: 'OTP_QUEUE_URL',
  /** Queue of all other messages that wait for theirs. */
  queueUrl: 'QUEUE_URL',
  /** Queue of appointments that were set aside. */
  deadLettersUrl: 'DEAD_LETTERS_URL',
} as const;

/** The function's name: physical, because a person may have to type it at night. */
export const redriveFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-redrive`;

/** What a person may ask of the function. */
export interface RedriveCommand {
  /** Look only: nothing leaves the queue, and no message gets an appointment. @default false */
  readonly dryRun?: boolean;
}

/**
 * What becomes of an appointment that was set aside.
 *
 * - `again`: its message waits and nobody was about to try it: it gets a new appointment.
 * - `waiting`: its message has a later appointment, or somebody is at work on it.
 * - `sweep`: its message's time is over, or it may have been sent: the sweep sees to it, every minute.
 * - `over`: its message is accepted or final, or no longer in the ledger.
 * - `unreadable`: it is no appointment.
 * - `kept`: the ledger gave no answer; it stays where it is.
 */
export type RedriveFate = 'again' | 'waiting' | 'sweep' | 'over' | 'unreadable' | 'kept';

/** Answer to a {@link RedriveCommand}. Errors carry a stable code and a sentence a person can act on. */
export type RedriveResult =
  | {
      readonly ok: true;
      /** Appointments by what became of them, or would have. */
      readonly counts: Readonly<Record<RedriveFate, number>>;
      /** Whether the time was over before the queue was empty: ask again for the rest. */
      readonly more: boolean;
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
    };
