import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import { errorReply, type ErrorForm } from './errors.ts';
import { createKeyLimits, handleKeys, type KeyLimits } from './key-routes.ts';
import type { KeyRing } from './keys.ts';
import { smsLogs, smsReports } from './log-routes.ts';
import type { Outbox } from './outbox.ts';
import { previewSms, sendSms, sendTemplate, sendText } from './send-routes.ts';
import type { InfobipSettings } from './settings.ts';

/** The portal user that manages keys. */
export interface PortalUser {
  readonly username: string;
  readonly password: string;
}

export interface InfobipParts {
  user: PortalUser;
  readonly keys: KeyRing;
  readonly outbox: Outbox;
  readonly settings: InfobipSettings;
  readonly keyLimits: KeyLimits;
  readonly logLimit: RateLimit;
}

/** 120 a minute: documented for the logs. */
const LOGS_PER_MINUTE = 120;

export const createLimits = (
  clock: Clock,
  settings: InfobipSettings,
): Pick<InfobipParts, 'keyLimits' | 'logLimit'> => ({
  keyLimits: createKeyLimits(clock, settings),
  logLimit: createRateLimit(clock, 60_000, () => LOGS_PER_MINUTE),
});

/** `Basic` credentials identify the portal user; it has every scope. */
const USER_CREDENTIAL_ID = 'portal-user';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly form: ErrorForm;
  /** Any one of them suffices: the `x-scopes` of Infobip's own specification, for the logs inferred from its naming. */
  readonly scopes: readonly string[];
  handle(call: ProviderCall, parts: InfobipParts, credentialId: string, clock: Clock): ProviderReply;
}

const SEND_SMS = ['message:send', 'sms:message:send', 'sms:manage'];
const SEND_WHATSAPP = ['message:send', 'whatsapp:message:send', 'whatsapp:manage'];

const ROUTES: readonly Route[] = [
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
    method: 'GET',
    path: '/sms/3/logs',
    form: 'platform',
    scopes: ['sms:logs:read', 'sms:manage'],
    handle: (call, { outbox, settings, logLimit }, _credentialId, clock) =>
      logLimit.take() ? smsLogs(call, outbox, settings, clock) : errorReply('platform', 429),
  },
  {
    method: 'GET',
    path: '/sms/3/reports',
    form: 'platform',
    scopes: ['sms:logs:read', 'sms:manage'],
    handle: (call, { outbox, settings }, _credentialId, clock) => smsReports(call, outbox, settings, clock),
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

const KEYS = /^\/settings\/2\/api-keys(\/[^/]+)?$/;

/** The error form of an endpoint; of an unknown one, the newer. */
export const formOf = (path: string): ErrorForm => ROUTES.find((route) => route.path === path)?.form ?? 'platform';

/** Infobip's HTTP interface: which call does what, with which credential, and how its answer looks. */
export function handleInfobip(call: ProviderCall, parts: InfobipParts, clock: Clock): ProviderReply {
  if (KEYS.test(call.path)) {
    // An API key is no credential here: these endpoints take Basic only.
    if (!isPortalUser(call.authorization, parts.user)) return errorReply('platform', 401);
    return handleKeys(call, parts.keys, parts.keyLimits, clock);
  }
  const here = ROUTES.filter(({ path }) => path === call.path);
  const [first] = here;
  if (!first) return errorReply('platform', 404);
  const route = here.find(({ method }) => method === call.method);
  if (!route) return errorReply(first.form, 405);
  if (isPortalUser(call.authorization, parts.user)) return route.handle(call, parts, USER_CREDENTIAL_ID, clock);
  const [, secret = ''] = /^App (\S+)$/i.exec(call.authorization ?? '') ?? [];
  const caller = parts.keys.authorize(secret, call.source, route.scopes);
  if (caller.ok) return route.handle(call, parts, caller.keyId, clock);
  if (caller.refused === 'address') {
    // Infobip says that authentication fails and not how; the caller's address is named so that it can be told apart.
    return errorReply(route.form, 403, `API key must not be used from IP address ${call.source}.`);
  }
  return errorReply(route.form, caller.refused === 'scope' ? 403 : 401);
}

function isPortalUser(authorization: string | undefined, { username, password }: PortalUser): boolean {
  const [, credentials] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  return credentials === Buffer.from(`${username}:${password}`).toString('base64');
}
