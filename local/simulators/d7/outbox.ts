import { randomUUID } from 'node:crypto';
import { createBoundedList } from '../bounded-list.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { MessageChannel, MessageRecord } from '../provider.ts';
import { createReceiptPlan, type OutgoingReceipt } from '../receipts.ts';
import { examineNumber } from '../segments.ts';
import type { D7Settings } from './settings.ts';

/** One recipient's share of a send request, checked. */
export interface OutboxEntry {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** Parts that are charged. */
  readonly parts: number;
  /** Where its receipts go. */
  readonly reportUrl: string | null;
  /** What only this channel's report shows. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A message with what its report needs. */
export interface SentEntry extends OutboxEntry {
  readonly messageId: string;
  readonly acceptedAt: number;
}

/** One send request: D7 gives it one id, whatever the number of recipients. */
export interface SendRequest {
  readonly requestId: string;
  readonly channel: MessageChannel;
  readonly entries: readonly SentEntry[];
}

/** What D7 took, what it costs and what became of it. */
export interface Outbox {
  /** `null` when the account cannot pay for all of it: then nothing is taken. */
  submit(
    channel: MessageChannel,
    entries: readonly OutboxEntry[],
    credentialId: string,
    source: string,
  ): SendRequest | null;
  find(channel: MessageChannel, requestId: string): SendRequest | undefined;
  /** The provider's word for where a message stands now. */
  statusOf(entry: SentEntry): string;
  /** Takes out the receipts that are due now. */
  receipts(): readonly OutgoingReceipt[];
  messages(): readonly MessageRecord[];
}

const MAX_MESSAGES = 100_000;

/** Makes an empty outbox that spends `settings.balanceMicros`. */
export function createOutbox(clock: Clock, settings: D7Settings): Outbox {
  const requests = new Map<string, SendRequest>();
  const plan = createReceiptPlan(clock, settings, true);
  const messages = createBoundedList<MessageRecord>(MAX_MESSAGES, ({ id }) => requests.delete(id));
  const statusOf = ({ to, acceptedAt }: SentEntry): string => {
    if (clock.now() < acceptedAt + settings.deliverySeconds * 1000) return 'accepted';
    return settings.outcomes[to] ?? (examineNumber(to).possible ? 'delivered' : 'not_reachable');
  };
  const report = (requestId: string, entry: SentEntry): void => {
    if (entry.reportUrl === null) return;
    const { to, from: originator, messageId, acceptedAt, reportUrl } = entry;
    plan.add({
      url: reportUrl,
      to,
      acceptedAt,
      // https://d7networks.com/docs/Messages/Receive_SMS_Postback/
      write: (stage) => ({
        contentType: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({
          request_id: requestId,
          msg_id: messageId,
          recipient: to,
          originator,
          status: stage === 'sent' ? 'sent' : statusOf(entry),
        }).toString(),
      }),
    });
  };
  return {
    submit: (channel, entries, credentialId, source) => {
      const cost = entries.reduce((sum, { parts }) => sum + parts * settings.priceMicros, 0);
      if (cost > settings.balanceMicros) return null;
      settings.balanceMicros -= cost;
      const acceptedAt = clock.now();
      const request = {
        requestId: randomUUID(),
        channel,
        entries: entries.map((entry) => ({ ...entry, messageId: randomUUID(), acceptedAt })),
      };
      requests.set(request.requestId, request);
      request.entries.forEach((entry) => {
        report(request.requestId, entry);
      });
      for (const { to, from, text } of entries) {
        messages.push({
          id: request.requestId,
          channel,
          to,
          from,
          text,
          credentialId,
          sourceAddress: source,
          acceptedAt: isoTime(acceptedAt),
        });
      }
      return request;
    },
    find: (channel, requestId) => {
      const request = requests.get(requestId);
      return request?.channel === channel ? request : undefined;
    },
    statusOf,
    receipts: () => plan.due(),
    messages: () => messages.entries(),
  };
}
