import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { errorReply, type ErrorForm } from './errors.ts';
import { logs, messagesApiReports, reports } from './log-routes.ts';
import { sendThroughMessagesApi } from './messages-api.ts';
import { olderLogs, olderReports, sendOlderSms } from './older-sms.ts';
import type { InfobipParts } from './routes.ts';
import { previewSms, sendSms, sendTemplate, sendText, sendViber } from './send-routes.ts';

/** One endpoint. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly form: ErrorForm;
  /** Any one of them suffices: the `x-scopes` of Infobip's own specification, for reading inferred from their names. */
  readonly scopes: readonly string[];
  handle(call: ProviderCall, parts: InfobipParts, credentialId: string, clock: Clock): ProviderReply;
}

const SEND_SMS = ['message:send', 'sms:message:send', 'sms:manage'];
const READ_SMS = ['sms:logs:read', 'sms:manage'];
const READ_VIBER = ['viber-bm:logs:read', 'viber-bm:manage'];
const SEND_WHATSAPP = ['message:send', 'whatsapp:message:send', 'whatsapp:manage'];

/** What a channel tells of its messages: logs as often as the limit allows, each report once. */
const recordsOf = (channel: 'sms' | 'viber', path: string, scopes: readonly string[]): readonly Route[] => [
  {
    method: 'GET',
    path: `${path}/logs`,
    form: 'platform',
    scopes,
    handle: (call, { outbox, settings, logLimit }, _credentialId, clock) =>
      logLimit.take() ? logs(call, channel, outbox, settings, clock) : errorReply('platform', 429),
  },
  {
    method: 'GET',
    path: `${path}/reports`,
    form: 'platform',
    scopes,
    handle: (call, { outbox, settings }, _credentialId, clock) => reports(call, channel, outbox, settings, clock),
  },
];

/** Every endpoint that takes a key. */
export const ROUTES: readonly Route[] = [
  ...recordsOf('sms', '/sms/3', READ_SMS),
  ...recordsOf('viber', '/viber/2', READ_VIBER),
  {
    method: 'POST',
    path: '/sms/3/messages',
    form: 'platform',
    scopes: SEND_SMS,
    handle: (call, { outbox }, credentialId) => sendSms(call, outbox, credentialId),
  },
  {
    method: 'POST',
    path: '/whatsapp/1/message/template',
    form: 'service',
    scopes: SEND_WHATSAPP,
    handle: (call, { outbox }, credentialId) => sendTemplate(call, outbox, credentialId),
  },
  {
    method: 'POST',
    path: '/whatsapp/1/message/text',
    form: 'service',
    scopes: SEND_WHATSAPP,
    handle: (call, { outbox }, credentialId) => sendText(call, outbox, credentialId),
  },
  {
    method: 'POST',
    path: '/sms/1/preview',
    form: 'service',
    scopes: SEND_SMS,
    handle: (call) => previewSms(call),
  },
  {
    method: 'POST',
    path: '/viber/2/messages',
    form: 'platform',
    scopes: ['message:send', 'viber-bm:message:send', 'viber-bm:manage'],
    handle: (call, { outbox }, credentialId) => sendViber(call, outbox, credentialId),
  },
  {
    method: 'POST',
    path: '/sms/2/text/advanced',
    form: 'service',
    scopes: SEND_SMS,
    handle: (call, { outbox }, credentialId) => sendOlderSms(call, outbox, credentialId),
  },
  {
    method: 'GET',
    path: '/sms/1/logs',
    form: 'service',
    scopes: READ_SMS,
    handle: (call, { outbox, settings, logLimit }, _credentialId, clock) =>
      logLimit.take() ? olderLogs(call, outbox, settings, clock) : errorReply('service', 429),
  },
  {
    method: 'GET',
    path: '/sms/1/reports',
    form: 'service',
    scopes: READ_SMS,
    handle: (call, { outbox, settings }, _credentialId, clock) => olderReports(call, outbox, settings, clock),
  },
  {
    method: 'POST',
    path: '/messages-api/1/messages',
    form: 'platform',
    scopes: ['message:send', 'messages-api:message:send', 'messages-api:manage'],
    handle: (call, { outbox }, credentialId) => sendThroughMessagesApi(call, outbox, credentialId),
  },
  {
    method: 'GET',
    path: '/messages-api/1/reports',
    form: 'platform',
    scopes: ['messages-api:manage'],
    handle: (call, { outbox, settings }, _credentialId, clock) => messagesApiReports(call, outbox, settings, clock),
  },
  {
    method: 'GET',
    path: '/account/1/balance',
    form: 'service',
    scopes: ['account-management:manage'],
    handle: (_call, { settings }) => ({
      status: 200,
      body: { balance: settings.balanceMicros / 1e6, currency: 'EUR' },
    }),
  },
];
