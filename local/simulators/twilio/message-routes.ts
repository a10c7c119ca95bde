import type { ProviderCall, ProviderReply } from '../provider.ts';
import { rfc2822 } from './account.ts';
import { errorReply } from './errors.ts';
import type { Outbox, SentMessage } from './outbox.ts';
import { pageOf } from './paging.ts';
import type { TwilioSettings } from './settings.ts';

const FAILED: readonly string[] = ['failed', 'undelivered'];
/** What Twilio writes at a message that a carrier did not deliver. */
export const NOT_DELIVERED = { code: 30003, message: 'Unreachable destination handset' } as const;

/** A message as every answer shows it. */
export function showMessage(
  message: SentMessage,
  status: string,
  accountSid: string,
  { priceMicros }: TwilioSettings,
): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  const isFinal = status !== 'queued';
  const failed = FAILED.includes(status);
  return {
    body: message.body,
    num_segments: String(message.segments),
    direction: 'outbound-api',
    from: message.from,
    to: message.to,
    date_updated: rfc2822(message.sentAt),
    price: isFinal ? `-${((message.segments * priceMicros) / 1e6).toFixed(5)}` : null,
    error_message: failed ? NOT_DELIVERED.message : null,
    uri: `${uri}.json`,
    account_sid: accountSid,
    num_media: '0',
    status,
    messaging_service_sid: message.messagingServiceSid,
    sid: message.sid,
    date_sent: isFinal ? rfc2822(message.sentAt) : null,
    date_created: rfc2822(message.sentAt),
    error_code: failed ? NOT_DELIVERED.code : null,
    price_unit: 'USD',
    api_version: '2010-04-01',
    subresource_uris: { media: `${uri}/Media.json` },
  };
}

/** `GET …/Messages/{Sid}.json`. */
export function fetchMessage(
  call: ProviderCall,
  sid: string,
  outbox: Outbox,
  accountSid: string,
  settings: TwilioSettings,
): ProviderReply {
  const message = outbox.find(sid);
  if (!message) return errorReply(20404, call.path);
  return { status: 200, body: showMessage(message, outbox.statusOf(message), accountSid, settings) };
}

/** `GET …/Messages.json`: newest first. */
export function listMessages(
  { path, query }: ProviderCall,
  outbox: Outbox,
  accountSid: string,
  settings: TwilioSettings,
): ProviderReply {
  const matches = filterOf(query);
  const page = matches && pageOf(outbox.sent().filter(matches).toReversed(), path, query);
  if (!page) return errorReply(20001, 'filter or paging');
  return {
    status: 200,
    body: {
      messages: page.items.map((message) => showMessage(message, outbox.statusOf(message), accountSid, settings)),
      page: page.index,
      page_size: page.size,
      start: page.start,
      end: page.start + Math.max(0, page.items.length - 1),
      uri: page.current,
      first_page_uri: page.first,
      previous_page_uri: page.previous,
      next_page_uri: page.next,
    },
  };
}

const DAY_MS = 86_400_000;

/** `DateSent` names a day; `DateSent>` and `DateSent<` take moments, too, and include them. Undefined: no date. */
function filterOf(query: URLSearchParams): ((message: SentMessage) => boolean) | undefined {
  const dates = { on: query.get('DateSent'), from: query.get('DateSent>'), until: query.get('DateSent<') };
  const [on, from, until] = [dates.on, dates.from, dates.until].map((text) =>
    text === null ? null : Date.parse(text),
  );
  if ([on, from, until].some((moment) => Number.isNaN(moment))) return undefined;
  const endOf = (text: string | null, moment: number): number =>
    /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? moment + DAY_MS - 1 : moment;
  return ({ to, from: sender, sentAt }) =>
    [to, null].includes(query.get('To')) &&
    [sender, null].includes(query.get('From')) &&
    (on == null || Math.floor(sentAt / DAY_MS) === Math.floor(on / DAY_MS)) &&
    (from == null || sentAt >= from) &&
    (until == null || sentAt <= endOf(dates.until, until));
}
