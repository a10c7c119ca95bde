import { createBoundedList } from '../bounded-list.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { MessageRecord } from '../provider.ts';
import type { TwilioSettings } from './settings.ts';

/** A message Twilio took. */
export interface SentMessage {
  readonly sid: string;
  readonly channel: 'sms' | 'whatsapp';
  /** With the channel's prefix, as Twilio shows it. */
  readonly to: string;
  /** `null` until a Messaging Service picks one. */
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly segments: number;
  readonly sentAt: number;
}

export interface Outbox {
  /** False: the account's money does not suffice. */
  submit(message: SentMessage, credentialId: string, source: string): boolean;
  statusOf(message: SentMessage): string;
  find(sid: string): SentMessage | undefined;
  remove(sid: string): void;
  /** Oldest first, without what was deleted. */
  sent(): readonly SentMessage[];
  /** Everything ever taken. */
  messages(): readonly MessageRecord[];
}

const MAX_MESSAGES = 100_000;

/** Makes an empty outbox that spends `settings.balanceMicros`. */
export function createOutbox(clock: Clock, settings: TwilioSettings): Outbox {
  const bySid = new Map<string, SentMessage>();
  const sent = createBoundedList<SentMessage>(MAX_MESSAGES, ({ sid }) => bySid.delete(sid));
  const messages = createBoundedList<MessageRecord>(MAX_MESSAGES);
  return {
    submit: (message, credentialId, sourceAddress) => {
      const price = message.segments * settings.priceMicros;
      if (price > settings.balanceMicros) return false;
      settings.balanceMicros -= price;
      bySid.set(message.sid, message);
      sent.push(message);
      const { sid, channel, to, from, messagingServiceSid, body, sentAt } = message;
      messages.push({
        id: sid,
        channel,
        to: to.replace('whatsapp:', ''),
        from: (from ?? messagingServiceSid ?? '').replace('whatsapp:', ''),
        text: body,
        credentialId,
        sourceAddress,
        acceptedAt: isoTime(sentAt),
      });
      return true;
    },
    statusOf: ({ to, sentAt }) => {
      if (clock.now() < sentAt + settings.deliverySeconds * 1000) return 'queued';
      return settings.outcomes[to.replace('whatsapp:', '')] ?? 'delivered';
    },
    find: (sid) => bySid.get(sid),
    remove: (sid) => {
      bySid.delete(sid);
    },
    sent: () => sent.entries().filter(({ sid }) => bySid.has(sid)),
    messages: () => messages.entries(),
  };
}
