/** What the function that keeps what the room knows of recipients, its construct and the operator's CLI agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of numbers. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
} as const;

/** The function's name: physical, because a person may have to type it. */
export const recipientsFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-recipients`;

/** What a person may ask of the function. Every command may be repeated. */
export interface RecipientCommand {
  /**
   * - `opt-out`: send the recipient nothing more.
   * - `lift`: send to the recipient again.
   * - `check`: say whether the recipient opted out, changing nothing.
   */
  readonly action: 'opt-out' | 'lift' | 'check';
  /** The recipient, in E.164. It is hashed in the function and kept nowhere. */
  readonly number: string;
}

/** An opt-out as the room reports it. */
export interface OptOutReport {
  /** ISO 8601. */
  readonly since: string;
  /** Who said so. */
  readonly source: 'recipient' | 'provider' | 'operator';
}

/** Answer to a {@link RecipientCommand}. Errors carry a stable code and a sentence a person can act on. */
export type RecipientResult =
  | {
      readonly ok: true;
      readonly action: RecipientCommand['action'];
      /** How it is now; `null` where the recipient is sent to. */
      readonly optOut: OptOutReport | null;
      /** Whether the command made a difference. */
      readonly changed: boolean;
    }
  | {
      readonly ok: false;
      readonly action: RecipientCommand['action'];
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
      /** Lambda's id of the invocation: the function's log has it, too. */
      readonly requestId: string;
    };
