import { createHash } from 'node:crypto';

import type { InboundMessage, Keyword } from '../shared/inbound.ts';
import type { RoomEvent } from '../shared/event-bus.ts';
import { maskNumber, type PhoneNumber } from '../shared/phone.ts';

/** Detail of an event: that a person wrote to one of the room's senders. */
export interface InboundReceived extends RoomEvent {
  readonly room: string;
  readonly channel: InboundMessage['channel'];
  /** Who wrote, masked, such as `AE…01`; `null` for what is no number. */
  readonly from: string | null;
  /** The same for every message of one person; `null` for what is no number. */
  readonly fromHash: string | null;
  /** The sender of the room that they wrote to. */
  readonly to: string;
  readonly keyword: Keyword | null;
  /** Whether the room sends them nothing, after this message. */
  readonly optedOut: boolean;
  /** Whether the provider's signature was checked and is its own. */
  readonly verified: boolean;
  /** Only where the room tells all: who wrote, as the provider says, in E.164 where it is a number. */
  readonly number?: string;
  /** Only where the room tells all: what they wrote; `null` for what is no text. */
  readonly text?: string | null;
}

/** Longer than any sender. */
const LONGEST_SENDER = 64;

/** Who wrote, as far as it is a number. */
export interface Writer {
  readonly number: PhoneNumber;
  readonly hash: string;
}

/** What is known of the room and of the message beside what it says itself. */
export type Known = Pick<InboundReceived, 'eventId' | 'at' | 'room' | 'keyword' | 'optedOut' | 'verified'> & {
  readonly writer: Writer | undefined;
  readonly isFull: boolean;
};

/** The event's id: made of the provider's own for the message, so that a repeated call has the same. */
export const eventIdOf = (provider: string, { providerMessageId }: InboundMessage): string =>
  createHash('sha256').update(`${provider}\0${providerMessageId}`).digest('base64url');

/** The event that tells of a message: of the person no more than is needed, unless the room tells all. */
export const inboundReceived = (
  { channel, to, from, text }: InboundMessage,
  { writer, isFull, ...known }: Known,
): InboundReceived => ({
  ...known,
  channel,
  from: writer ? maskNumber(writer.number.country ?? '', writer.number.e164.slice(-2)) : null,
  fromHash: writer?.hash ?? null,
  to: to.slice(0, LONGEST_SENDER),
  ...(isFull && { number: writer?.number.e164 ?? from, text }),
});
