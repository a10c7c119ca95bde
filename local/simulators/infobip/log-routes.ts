import { isoTime, type Clock } from '../clock.ts';
import type { MessageChannel, ProviderCall, ProviderReply } from '../provider.ts';
import { errorReply } from './errors.ts';
import type { Outbox, SentMessage } from './outbox.ts';
import type { InfobipSettings } from './settings.ts';

const RETENTION_MS = 48 * 3_600_000;
/** Infobip's default and most entries of logs and reports. */
const PAGE = { usual: 50, most: 1000 } as const;
const NO_ERROR = { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false };

/** `GET /sms/3/logs` and `GET /viber/2/logs`: repeatable, the last 48 hours, newest first. */
export function logs(
  { query }: ProviderCall,
  channel: MessageChannel,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply {
  const matches = filterOf(query, channel, clock);
  const found = outbox
    .sent()
    .filter((message) => matches(message) && matchesStatus(outbox, message, query))
    .toReversed();
  const limit = limitOf(query);
  const start = startOf(query);
  const results = found.slice(start, start + limit).map((message) => toLog(message, outbox, settings));
  const nextCursor = start + limit < found.length ? { nextCursor: String(start + limit) } : {};
  return { status: 200, body: usesCursor(query) ? { results, cursor: { limit, ...nextCursor } } : { results } };
}

/** The names that the one interface for all channels has for them. */
export const MESSAGES_API_CHANNELS: Readonly<Record<string, MessageChannel>> = {
  SMS: 'sms',
  WHATSAPP: 'whatsapp',
  VIBER_BM: 'viber',
};

/** `GET /messages-api/1/reports`: the same finished messages as the reports of a channel, each once. */
export function messagesApiReports(
  { query }: ProviderCall,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply {
  const wanted = query.get('channel');
  const named = Object.entries(MESSAGES_API_CHANNELS).filter(([name]) => wanted === null || name === wanted);
  if (named.length === 0) return errorReply('platform', 400);
  const due = named.flatMap(([name, channel]) =>
    outbox.takeReports(filterOf(query, channel, clock), limitOf(query)).map((message) => {
      const { to, ...entry } = toReport(message, outbox, settings) as { readonly to: string };
      return { event: 'DELIVERY', channel: name, ...entry, destination: to };
    }),
  );
  return { status: 200, body: { results: due } };
}

/** `GET /sms/3/reports` and `GET /viber/2/reports`: every finished message once, the last 48 hours. */
export function reports(
  { query }: ProviderCall,
  channel: MessageChannel,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply {
  const due = outbox.takeReports(filterOf(query, channel, clock), limitOf(query));
  return { status: 200, body: { results: due.map((message) => toReport(message, outbox, settings)) } };
}

const usesCursor = (query: URLSearchParams): boolean => query.get('useCursor') === 'true';

/** A cursor is the provider's own affair; here it is the position. */
const startOf = (query: URLSearchParams): number => (usesCursor(query) ? Number(query.get('cursor') ?? 0) || 0 : 0);

function filterOf(query: URLSearchParams, wanted: MessageChannel, clock: Clock): (message: SentMessage) => boolean {
  const listed = (name: string): readonly string[] => query.getAll(name).flatMap((value) => value.split(','));
  const ids = listed('messageId');
  const bulks = listed('bulkId');
  const since = Math.max(Date.parse(query.get('sentSince') ?? '') || 0, clock.now() - RETENTION_MS);
  const until = Date.parse(query.get('sentUntil') ?? '') || Number.POSITIVE_INFINITY;
  return ({ channel, messageId, bulkId, sentAt, from, to }) =>
    channel === wanted &&
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

/** What a log and a report have in common. */
function toEntry(message: SentMessage, outbox: Outbox, settings: InfobipSettings): object {
  const done = outbox.doneAt(message);
  return {
    sender: message.from,
    bulkId: message.bulkId,
    messageId: message.messageId,
    sentAt: zoned(message.sentAt),
    ...(done === undefined ? {} : { doneAt: zoned(done) }),
    messageCount: message.parts,
    price: { pricePerMessage: settings.priceMicros / 1e6, currency: 'EUR' },
    status: outbox.statusOf(message),
    error: NO_ERROR,
    ...(message.platform ? { platform: message.platform } : {}),
  };
}

const toLog = (message: SentMessage, outbox: Outbox, settings: InfobipSettings): object => ({
  ...toEntry(message, outbox, settings),
  destination: message.to,
  content: { ...(message.channel === 'viber' ? { type: 'TEXT' } : {}), text: message.text },
});

/** A message as its delivery report shows it, pulled or pushed. */
export const toReport = (message: SentMessage, outbox: Outbox, settings: InfobipSettings): object => ({
  ...toEntry(message, outbox, settings),
  to: message.to,
  ...(message.callbackData === undefined ? {} : { callbackData: message.callbackData }),
});

/** `2026-01-01T00:00:00.000+0000`. */
const zoned = (ms: number): string => isoTime(ms).replace('Z', '+0000');
