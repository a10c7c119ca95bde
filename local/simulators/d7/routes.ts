import { isoTime } from '../clock.ts';
import type { MessageChannel, ProviderCall, ProviderReply } from '../provider.ts';
import { countSegments } from '../segments.ts';
import type { Validate } from '../validation.ts';
import { codedError, plainError, validationError } from './errors.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import { pricesOf } from './prices.ts';
import { smsReport, viberReport, whatsAppReport } from './reports.ts';
import {
  validateLogin,
  validateSms,
  validateViber,
  validateWhatsApp,
  type SmsSend,
  type ViberSend,
  type WhatsAppContent,
  type WhatsAppSend,
} from './schemas.ts';
import type { D7Settings } from './settings.ts';
import type { TokenAuthority } from './tokens.ts';

export interface D7Parts {
  readonly tokens: TokenAuthority;
  readonly outbox: Outbox;
  readonly settings: D7Settings;
}

/** D7's HTTP interface: which call does what, and how its answer looks. */
export function handleD7(call: ProviderCall, parts: D7Parts): ProviderReply {
  const route = `${call.method} ${call.path}`;
  if (route === 'POST /auth/v1/login/application') return login(call, parts);
  const known = ROUTES.find(({ method, pattern }) => method === call.method && pattern.test(call.path));
  if (!known) {
    const otherMethod = ROUTES.some(({ pattern }) => pattern.test(call.path));
    return otherMethod ? plainError(405, 'Method Not Allowed') : plainError(404, 'Not Found');
  }
  const caller = parts.tokens.authenticate(call.authorization);
  if (!caller.ok) return codedError(401, caller.code);
  return known.handle(call, parts, caller.credentialId, known.pattern.exec(call.path)?.[1] ?? '');
}

type Handle = (call: ProviderCall, parts: D7Parts, credentialId: string, id: string) => ProviderReply;

const ROUTES: readonly { readonly method: string; readonly pattern: RegExp; readonly handle: Handle }[] = [
  {
    method: 'POST',
    pattern: /^\/messages\/v1\/send$/,
    handle: (call, parts, credentialId) =>
      send('sms', call, parts, credentialId, validateSms, (body) => smsEntries(body as SmsSend)),
  },
  {
    method: 'POST',
    pattern: /^\/whatsapp\/v2\/send$/,
    handle: (call, parts, credentialId) =>
      send('whatsapp', call, parts, credentialId, validateWhatsApp, (body) => whatsAppEntries(body as WhatsAppSend)),
  },
  {
    method: 'POST',
    pattern: /^\/viber\/v1\/send$/,
    handle: (call, parts, credentialId) =>
      send('viber', call, parts, credentialId, validateViber, (body) => viberEntries(body as ViberSend)),
  },
  {
    method: 'GET',
    pattern: /^\/messages\/v1\/sms\/pricing$/,
    handle: ({ query }, { settings }) => ({ status: 200, body: pricesOf(query.get('country_iso'), settings) }),
  },
  {
    method: 'GET',
    pattern: /^\/messages\/v1\/balance$/,
    handle: (_call, { settings }) => ({ status: 200, body: { balance: settings.balanceMicros / 1e6 } }),
  },
  {
    method: 'GET',
    pattern: /^\/report\/v1\/message-log\/([^/]+)$/,
    handle: (_call, parts, _credentialId, id) => {
      const request = parts.outbox.find('sms', id);
      return request ? smsReport(request, parts) : codedError(404, 'MESSAGE_LOG_NOT_EXISTS');
    },
  },
  {
    method: 'GET',
    pattern: /^\/report\/v1\/viber-log\/([^/]+)$/,
    handle: (_call, parts, _credentialId, id) => {
      const request = parts.outbox.find('viber', id);
      // Its code is not documented; it follows the other two.
      return request ? viberReport(request, parts) : codedError(404, 'VIBER_LOG_NOT_EXISTS');
    },
  },
  {
    method: 'GET',
    pattern: /^\/whatsapp\/v2\/report\/([^/]+)$/,
    handle: (_call, parts, _credentialId, id) => {
      const request = parts.outbox.find('whatsapp', id);
      return request ? whatsAppReport(request, parts) : codedError(404, 'WHATSAPP_LOG_NOT_EXISTS');
    },
  },
];

function login({ body, encoding }: ProviderCall, { tokens }: D7Parts): ProviderReply {
  const form = encoding === 'form' ? body : {};
  const violations = validateLogin(form);
  if (violations.length > 0) return validationError(violations);
  const { client_id: clientId, client_secret: clientSecret } = form as { client_id: string; client_secret: string };
  const result = tokens.login(clientId, clientSecret);
  if (!result.ok) return codedError(401, result.code);
  return { status: 200, body: { access_token: result.token, token_type: 'bearer' } };
}

function send(
  channel: MessageChannel,
  { body, encoding, source }: ProviderCall,
  { outbox }: D7Parts,
  credentialId: string,
  validate: Validate,
  toEntries: (body: unknown) => readonly OutboxEntry[],
): ProviderReply {
  if (encoding !== 'json') {
    return validationError([{ path: [], kind: 'value', message: 'value is not a valid dict' }]);
  }
  const violations = validate(body);
  if (violations.length > 0) return validationError(violations);
  const entries = toEntries(body);
  const nameless = entries.findIndex(({ from }) => from === '');
  if (nameless >= 0) {
    return validationError([{ path: ['messages', nameless, 'originator'], kind: 'missing', message: '' }]);
  }
  const request = outbox.submit(channel, entries, credentialId, source);
  if (!request) return codedError(402, 'INSUFFICIENT_CREDIT');
  const createdAt = isoTime(request.entries[0]?.acceptedAt ?? 0);
  return { status: 200, body: { request_id: request.requestId, status: 'accepted', created_at: createdAt } };
}

const smsEntries = ({ messages, message_globals: globals }: SmsSend): readonly OutboxEntry[] =>
  messages.flatMap(
    ({ recipients, content, originator, report_url: url, data_coding: coding, schedule_time: schedule }) =>
      recipients.map((to) => ({
        to,
        from: originator ?? globals?.originator ?? '',
        text: content,
        parts: countSegments(content, coding === 'unicode' ? 'UCS-2' : 'auto'),
        reportUrl: url ?? globals?.report_url ?? null,
        details: { schedule_time: schedule ?? globals?.schedule_time ?? null },
      })),
  );

const viberEntries = ({ messages, message_globals: globals }: ViberSend): readonly OutboxEntry[] =>
  messages.flatMap(({ recipients, content, originator }) =>
    recipients.map((to) => ({
      to,
      from: originator ?? globals?.originator ?? '',
      text: content,
      parts: 1,
      reportUrl: globals?.call_back_url ?? null,
      details: { schedule_time: null },
    })),
  );

const whatsAppEntries = ({ messages }: WhatsAppSend): readonly OutboxEntry[] =>
  messages.flatMap(({ originator, recipients, content, report_url: url }) =>
    recipients.map(({ recipient, cust_ref: reference, ...tags }) => ({
      to: recipient,
      from: originator,
      text: readable(content),
      parts: 1,
      reportUrl: url ?? null,
      details: {
        message_type: content.message_type,
        template_id: content.message_type === 'TEMPLATE' ? content.template.template_id : null,
        reference: { cust_ref: reference ?? null, ...only(tags, /^message_tag[1-5]$/) },
      },
    })),
  );

const readable = (content: WhatsAppContent): string =>
  content.message_type === 'TEXT'
    ? content.text.body
    : `${content.template.template_id}[${Object.values(content.template.body_parameter_values ?? {}).join(',')}]`;

const only = (fields: object, names: RegExp): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.test(name)));
