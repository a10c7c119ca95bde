import type { Channel } from './contract.ts';
import type { SecretValue } from './secret-value.ts';

/** One message to one recipient, validated, in the room's own terms. */
export interface OutgoingMessage {
  /** The ledger's id; sent along where the provider has a field for it, so that an outcome can be looked up later. */
  readonly id: string;
  /** From 1: how often the message was claimed. Every attempt but the last one was definitely not sent. */
  readonly attempt: number;
  readonly channel: Channel;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  readonly content: MessageContent;
  /** Where the provider is to report what became of the message; `null` for nowhere. It is a secret of the message's. */
  readonly receiptUrl: string | null;
}

/** What the recipient is to read: a text, or a template and the values for its parameters. */
export type MessageContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'template';
      /** The provider's own name or id of the template. */
      readonly template: string;
      readonly language: string;
      /** Values in the provider's order. */
      readonly params: readonly string[];
    };

/**
 * What a single call to the provider came to. Expected outcomes are values, not exceptions.
 *
 * - `accepted`: the provider has the message.
 * - `rejected`: the provider definitely refused this message; sending it unchanged again is pointless.
 * - `not-sent`: the provider definitely did not take it, and may take it later.
 * - `key-refused`: 401, the key itself is bad; nothing was sent.
 * - `address-refused`: the key may not be used from our address; nothing was sent.
 * - `unknown`: the request was (perhaps partly) written and no definite answer came back.
 */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerMessageId: string }
  | { readonly kind: 'rejected'; readonly code: string; readonly reason: string }
  | { readonly kind: 'not-sent'; readonly reason: string; readonly retryAfterSeconds?: number }
  | { readonly kind: 'key-refused'; readonly reason: string }
  | { readonly kind: 'address-refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The code of a rejection that says the recipient opted out at the provider, whichever that is. */
export const OPTED_OUT_THERE = 'destination-opted-out';

/** The sending half of a provider: one recipient, one call, one outcome. */
export interface MessagingProvider {
  readonly name: string;
  /**
   * Calls the provider once. Never throws for what the network or the provider may do, never retries.
   *
   * @param key the sending credential; `null` only for the sandbox, which has none.
   * @param deadline milliseconds the call may take at most.
   */
  send(message: OutgoingMessage, key: SecretValue | null, deadline: number): Promise<SendOutcome>;
}
