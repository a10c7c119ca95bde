import type { Channel } from './contract.ts';
import type { ReceiptBody } from './receipt.ts';

/** What the provider itself made of a message's words. */
export type Keyword = 'stop' | 'start' | 'help';

/** A message that a person sent to one of the room's senders, as the provider tells it. */
export interface InboundMessage {
  /** The provider's own: the same however often it tells. */
  readonly providerMessageId: string;
  /** Who wrote: a number with its plus sign, or whatever else the provider calls them. */
  readonly from: string;
  /** The sender they wrote to; empty where the provider does not say. */
  readonly to: string;
  /** `null` for one that the room has no name for. */
  readonly channel: Channel | null;
  /** `null` for what is no text, such as a picture. */
  readonly text: string | null;
  /** @default - the provider does not say: the text tells */
  readonly keyword?: Keyword;
}

/** How a provider tells of messages, and what it wants to hear. */
export interface InboundFormat {
  /** Reads the messages of one call, in their order; empty when there is none that could be one. Never throws. */
  readonly read: (body: ReceiptBody) => Promise<readonly InboundMessage[]>;
  /** What to answer, so that nothing is sent in reply. */
  readonly answer: { readonly contentType: string; readonly body: string };
}
