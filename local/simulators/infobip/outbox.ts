import { randomUUID } from 'node:crypto';
import { createBoundedList } from '../bounded-list.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { MessageChannel, MessageRecord } from '../provider.ts';
import { createReceiptPlan, type OutgoingReceipt } from '../receipts.ts';
import { examineNumber } from '../segments.ts';
import { toReport } from './log-routes.ts';
import type { InfobipSettings } from './settings.ts';
import { STATUSES, isStatusName, type Status } from './statuses.ts';

/** One message to one number, checked. */
export interface OutboxEntry {
  readonly channel: MessageChannel;
  readonly bulkId: string;
  /** The caller's id, if it chose one. */
  readonly messageId?: string | undefined;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly parts: number;
  readonly platform?: object | undefined;
  readonly callbackData?: string | undefined;
  /** Where its delivery report goes. */
  readonly notifyUrl?: string | undefined;
}

/** A message Infobip took. */
export interface SentMessage extends OutboxEntry {
  readonly messageId: string;
  readonly sentAt: number;
}

/** What Infobip took and what became of it. */
export interface Outbox {
  /** Takes or refuses one message: a refusal is a status, not an HTTP error. */
  submit(entry: OutboxEntry, keyId: string, source: string): { readonly messageId: string; readonly status: Status };
  statusOf(message: SentMessage): Status;
  /** When a message reached its final status; undefined before. */
  doneAt(message: SentMessage): number | undefined;
  /** Everything taken, oldest first. */
  sent(): readonly SentMessage[];
  /** Finished messages not reported yet; they are not shown a second time. */
  takeReports(matches: (message: SentMessage) => boolean, limit: number): readonly SentMessage[];
  /** Takes out the delivery reports that are due now. */
  receipts(): readonly OutgoingReceipt[];
  messages(): readonly MessageRecord[];
}

const MAX_MESSAGES = 100_000;
const HOUR_MS = 3_600_000;

/** Makes an empty outbox that spends `settings.balanceMicros`. */
export function createOutbox(clock: Clock, settings: InfobipSettings): Outbox {
  const known = new Set<string>();
  const reported = new Set<string>();
  const sent = createBoundedList<SentMessage>(MAX_MESSAGES, ({ messageId }) => {
    known.delete(messageId);
    reported.delete(messageId);
  });
  // Infobip tells of the end alone, unless it is asked for more.
  const plan = createReceiptPlan(clock, settings, false);
  const messages = createBoundedList<MessageRecord>(MAX_MESSAGES);
  const doneAt = ({ sentAt }: SentMessage): number | undefined => {
    const done = sentAt + settings.deliverySeconds * 1000;
    return clock.now() >= done ? done : undefined;
  };

  const refusal = (entry: OutboxEntry): Status | undefined => {
    if (entry.messageId !== undefined && known.has(entry.messageId)) return STATUSES.REJECTED_DUPLICATE_MESSAGE_ID;
    if (/^\+?0/.test(entry.to)) return STATUSES.REJECTED_PREFIX_MISSING;
    if (!examineNumber(entry.to).possible) return STATUSES.REJECTED_DESTINATION;
    if (isFlooding(entry)) return STATUSES.REJECTED_FLOODING_FILTER;
    if (entry.parts * settings.priceMicros > settings.balanceMicros) return STATUSES.REJECTED_NOT_ENOUGH_CREDITS;
    return undefined;
  };
  const isFlooding = (entry: OutboxEntry): boolean => {
    const { floodingVaried: varied, floodingIdentical: identical } = settings;
    if (varied === 0 && identical === 0) return false;
    const recent = sent.entries().filter(({ to, sentAt }) => to === entry.to && sentAt > clock.now() - HOUR_MS);
    const same = recent.filter(({ text }) => text === entry.text).length;
    return (varied > 0 && recent.length >= varied) || (identical > 0 && same >= identical);
  };

  const report = (message: SentMessage): void => {
    const { notifyUrl: url, to, sentAt: acceptedAt } = message;
    if (url === undefined) return;
    plan.add({
      url,
      to,
      acceptedAt,
      // OpenAPI 3.210.0, SmsWebhookDeliveryReportResponse
      write: (stage) => {
        const ended = toReport(message, outbox, settings);
        const result = stage === 'done' ? ended : { ...ended, status: STATUSES.PENDING_ENROUTE };
        return { contentType: 'application/json', body: JSON.stringify({ results: [result] }) };
      },
    });
  };

  const outbox: Outbox = {
    submit: (entry, keyId, source) => {
      const messageId = entry.messageId ?? randomUUID();
      const refused = refusal(entry);
      if (refused) return { messageId, status: refused };
      settings.balanceMicros -= entry.parts * settings.priceMicros;
      const now = clock.now();
      known.add(messageId);
      const message = { ...entry, messageId, sentAt: now };
      sent.push(message);
      report(message);
      const { channel, to, from, text } = entry;
      messages.push({
        id: messageId,
        channel,
        to,
        from,
        text,
        credentialId: keyId,
        sourceAddress: source,
        acceptedAt: isoTime(now),
      });
      return { messageId, status: channel === 'whatsapp' ? STATUSES.PENDING_ENROUTE : STATUSES.PENDING_ACCEPTED };
    },
    statusOf: (message) => {
      if (doneAt(message) === undefined) return STATUSES.PENDING_ACCEPTED;
      const name = settings.outcomes[message.to] ?? 'DELIVERED_TO_HANDSET';
      return isStatusName(name) ? STATUSES[name] : STATUSES.UNDELIVERABLE_NOT_DELIVERED;
    },
    doneAt,
    sent: () => sent.entries(),
    takeReports: (matches, limit) => {
      const due = sent
        .entries()
        .filter((message) => !reported.has(message.messageId) && doneAt(message) !== undefined && matches(message))
        .slice(0, limit);
      due.forEach(({ messageId }) => reported.add(messageId));
      return due;
    },
    receipts: () => plan.due(),
    messages: () => messages.entries(),
  };
  return outbox;
}
