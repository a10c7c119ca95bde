/** What the function that keeps what the room knows of recipients, its construct and the operator's CLI agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of numbers. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
  /** Where what people write comes in, without its last part; absent where nothing of it does. */
  inboundUrl: 'INBOUND_URL',
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
   * - `forget`: erase what the ledger holds of the recipient, a part at a time.
   */
  readonly action: 'opt-out' | 'lift' | 'check' | 'forget';
  /** The recipient, in E.164. It is hashed in the function and kept nowhere. */
  readonly number: string;
}

/** Asks for the address to enter at the provider for what people write. It is all that it takes to tell the room of any. */
export interface InboundUrlCommand {
  readonly action: 'inbound-url';
}

/** What may be asked about an opt-out. */
export type OptOutAction = Exclude<RecipientCommand['action'], 'forget'>;

/** An opt-out as the room reports it. */
export interface OptOutReport {
  /** ISO 8601. */
  readonly since: string;
  /** Who said so. */
  readonly source: 'recipient' | 'provider' | 'operator';
}

/** What one call of `forget` did. All counts are of messages. */
export interface ForgetReport {
  /** Nothing but the recipient's data went. */
  readonly erased: number;
  /** They were queued, and are not sent any more. Their units stay spent. */
  readonly endedUnsent: number;
  /** Nobody knew whether they were sent, and nobody will. */
  readonly endedUnknown: number;
  /** The provider is being called at this moment: for the next call. */
  readonly onTheirWay: number;
  /** Somebody else changed them, or the table did not answer: for the next call. */
  readonly notErased: number;
  /** Whether these were all that the index knew of. */
  readonly isAll: boolean;
  /** The opt-out, which stays; `null` where there is none. */
  readonly optOut: OptOutReport | null;
}

/** A command that was refused. Errors carry a stable code and a sentence a person can act on. */
export interface RecipientRefusal {
  readonly ok: false;
  readonly action: RecipientCommand['action'] | InboundUrlCommand['action'];
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Whether the same command may succeed later without a change. */
  readonly retryable: boolean;
  /** Lambda's id of the invocation: the function's log has it, too. */
  readonly requestId: string;
}

/** Answer to a command about an opt-out. */
export type OptOutResult =
  | {
      readonly ok: true;
      readonly action: OptOutAction;
      /** How it is now; `null` where the recipient is sent to. */
      readonly optOut: OptOutReport | null;
      /** Whether the command made a difference. */
      readonly changed: boolean;
    }
  | RecipientRefusal;

/** Answer to `forget`. */
export type ForgetResult = ({ readonly ok: true; readonly action: 'forget' } & ForgetReport) | RecipientRefusal;

/** Answer to an {@link InboundUrlCommand}. */
export type InboundUrlResult =
  { readonly ok: true; readonly action: 'inbound-url'; readonly url: string } | RecipientRefusal;

/** Answer to a {@link RecipientCommand}. */
export type RecipientResult = OptOutResult | ForgetResult;
