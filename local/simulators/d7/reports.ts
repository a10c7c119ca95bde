import type { ProviderReply } from '../provider.ts';
import { examineNumber } from '../segments.ts';
import type { Outbox, SendRequest, SentEntry } from './outbox.ts';
import type { D7Settings } from './settings.ts';

interface ReportParts {
  readonly outbox: Outbox;
  readonly settings: D7Settings;
}

/** `GET /report/v1/message-log/{request_id}`. */
export const smsReport = (request: SendRequest, parts: ReportParts): ProviderReply =>
  report(request, (entry) => ({
    country: examineNumber(entry.to).country,
    recipient: entry.to,
    status: parts.outbox.statusOf(entry),
    number_of_sms: entry.parts,
    sms_cost: costOf(entry, parts),
  }));

/** `GET /report/v1/viber-log/{request_id}`. */
export const viberReport = (request: SendRequest, parts: ReportParts): ProviderReply =>
  report(request, (entry) => ({
    country: examineNumber(entry.to).country,
    recipient: entry.to,
    status: parts.outbox.statusOf(entry),
    number_of_viber_message: entry.parts,
    viber_cost: costOf(entry, parts),
  }));

/** `GET /whatsapp/v2/report/{request_id}`: tells no cost. */
export const whatsAppReport = ({ requestId, entries }: SendRequest, { outbox }: ReportParts): ProviderReply => ({
  status: 200,
  body: {
    request_id: requestId,
    messages: entries.map((entry) => ({
      msg_id: entry.messageId,
      originator: entry.from,
      recipient: entry.to,
      conversation_type: 'utility',
      waConvId: entry.messageId,
      status: outbox.statusOf(entry),
      reason: null,
      ...entry.details,
    })),
    request_stage: 'processed',
    schedule_time: null,
  },
});

const report = (
  { requestId, channel, entries }: SendRequest,
  fieldsOf: (entry: SentEntry) => object,
): ProviderReply => ({
  status: 200,
  body: {
    request_id: requestId,
    total_recipients: entries.length,
    channel,
    messages: entries.map((entry) => ({ msg_id: entry.messageId, ...fieldsOf(entry), ...entry.details })),
  },
});

const costOf = ({ parts }: SentEntry, { settings }: ReportParts): number => (parts * settings.priceMicros) / 1e6;
