import { isoTime, type Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import type { Outbox, SentMessage } from './outbox.ts';
import type { InfobipSettings } from './settings.ts';

const RETENTION_MS = 48 * 3_600_000;
/** Infobip's default and most entries of logs and reports. */
const PAGE = { usual: 50, most: 1000 } as const;
const NO_ERROR = { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false };

/** `GET /sms/3/logs`: repeatable, the last 48 hours. */
export function smsLogs(
  { query }: ProviderCall,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply {
  const matches = filterOf(query, clock);
  const found = outbox.sent().filter((message) => matches(message) && matchesStatus(outbox, message, query));
  return {
    status: 200,
    body: {
      results: found
        .slice(-limitOf(query))
        .toReversed()
        .map((message) => toResult(message, outbox, settings)),
    },
  };
}

/** `GET /sms/3/reports`: every finished message once, the last 48 hours. */
export function smsReports(
  { query }: ProviderCall,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply {
  const due = outbox.takeReports(filterOf(query, clock), limitOf(query));
  return { status: 200, body: { results: due.map((message) => toResult(message, outbox, settings)) } };
}

function filterOf(query: URLSearchParams, clock: Clock): (message: SentMessage) => boolean {
  const listed = (name: string): readonly string[] => query.getAll(name).flatMap((value) => value.split(','));
  const ids = listed('messageId');
  const bulks = listed('bulkId');
  const since = Math.max(Date.parse(query.get('sentSince') ?? '') || 0, clock.now() - RETENTION_MS);
  const until = Date.parse(query.get('sentUntil') ?? '') || Number.POSITIVE_INFINITY;
  return ({ channel, messageId, bulkId, sentAt, from, to }) =>
    channel === 'sms' &&
    sentAt >= since &&
    sentAt < until &&
    (ids.length === 0 || ids.includes(messageId)) &&
    (bulks.length === 0 || bulks.includes(bulkId)) &&
    [from, null].includes(query.get('sender')) &&
    [to, null].includes(query.get('destination'));
}

const matchesStatus = (outbox: Outbox, message: SentMessage, query: URLSearchParams): boolean =>
  [outbox.statusOf(message).groupName, null].includes(query.get('generalStatus'));

function limitOf(query: URLSearchParams): number {
  const asked = Number(query.get('limit') ?? PAGE.usual);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, PAGE.most) : PAGE.usual;
}

function toResult(message: SentMessage, outbox: Outbox, settings: InfobipSettings): object {
  const done = outbox.doneAt(message);
  return {
    sender: message.from,
    destination: message.to,
    bulkId: message.bulkId,
    messageId: message.messageId,
    sentAt: zoned(message.sentAt),
    ...(done === undefined ? {} : { doneAt: zoned(done) }),
    messageCount: message.parts,
    price: { pricePerMessage: settings.priceMicros / 1e6, currency: 'EUR' },
    status: outbox.statusOf(message),
    error: NO_ERROR,
    ...(message.platform ? { platform: message.platform } : {}),
    ...(message.callbackData === undefined ? {} : { callbackData: message.callbackData }),
    content: { text: message.text },
  };
}

/** `2026-01-01T00:00:00.000+0000`. */
const zoned = (ms: number): string => isoTime(ms).replace('Z', '+0000');
