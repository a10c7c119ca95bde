import type { Restore } from './checkpoint.ts';
import type { PersonsMessage } from './inbound.ts';
import type { OutgoingReceipt } from './receipts.ts';

/** A request as a provider's rules see it: parsed, and free of sockets. */
export interface ProviderCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** Parsed JSON, or the fields of a form; `undefined` without a body. */
  readonly body: unknown;
  /** How the body was encoded; `malformed` when it could not be parsed as what its content type says. */
  readonly encoding: 'json' | 'form' | 'none' | 'malformed' | 'unsupported';
  /** The address the provider sees. */
  readonly source: string;
}

/** What a provider answers. `body` is sent as JSON. */
export interface ProviderReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a message went over. */
export type MessageChannel = 'sms' | 'whatsapp' | 'viber';

/** A message a provider took, whoever sent it. */
export interface MessageRecord {
  /** The provider's id, or the caller's where the provider lets the caller choose. */
  readonly id: string;
  readonly channel: MessageChannel;
  /** As the caller wrote it. */
  readonly to: string;
  readonly from: string;
  /** The text; for a template its name and parameters, `name[a,b]`. */
  readonly text: string;
  readonly credentialId: string;
  readonly sourceAddress: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

/** A credential the provider knows. Never its value. */
export interface CredentialRecord {
  readonly id: string;
  readonly state: 'active' | 'disabled' | 'expired';
  readonly createdAt: string;
  readonly allowedIps?: readonly string[];
  /** Name of the key, or client id of the application that minted the token. */
  readonly label: string;
}

/** What came of sending as a stranger with the room's key. */
export interface RogueResult {
  readonly attempted: number;
  readonly accepted: number;
  /** Status of each refused attempt. */
  readonly refused: readonly number[];
  readonly credentialId: string | null;
}

/** One provider, complete but without a network: rules, state, and what a test driver may see and change. */
export interface SimulatedProvider {
  handle(call: ProviderCall): ProviderReply;
  /** In the order of acceptance. */
  messages(): readonly MessageRecord[];
  credentials(): readonly CredentialRecord[];
  /** Takes out the receipts that are due now. */
  receipts(): readonly OutgoingReceipt[];
  /** What a person writes, as the provider passes it on. @throws {ControlError} where its form is not documented. */
  inbound(message: PersonsMessage): OutgoingReceipt;
  /** The value of every credential it ever made, for a test driver that searches where they ended up. */
  secrets(): readonly { readonly id: string; readonly value: string }[];
  /** Everything about the account, the managing credential included: for the test driver only. */
  account(): Readonly<Record<string, unknown>>;
  /** @throws {ControlError} when the change is not understood. */
  changeAccount(change: Readonly<Record<string, unknown>>): void;
  /**
   * Ends one credential, as a person does in the provider's console.
   *
   * @throws {ControlError} when there is no such credential, or the console has no way to end it alone.
   */
  disable(credentialId: string): void;
  /** Sends with the key most recently used, or else the newest, from an address nobody allowed. */
  rogue(count: number, source: string): RogueResult;
  /** Remembers credentials, limits used up and settings, so that a test driver can try again from here; messages stay. */
  checkpoint(): Restore;
  /** Back to how it started. */
  reset(): void;
}

/** The test driver asked for something that makes no sense: answered with status 400. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}
