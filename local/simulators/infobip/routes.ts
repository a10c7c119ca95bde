import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import { errorReply, type ErrorForm } from './errors.ts';
import { createKeyLimits, handleKeys, type KeyLimits } from './key-routes.ts';
import type { KeyRing } from './keys.ts';
import type { Outbox } from './outbox.ts';
import { ROUTES } from './route-table.ts';
import type { InfobipSettings } from './settings.ts';

/** A portal user that manages keys. */
export interface PortalUser {
  readonly username: string;
  readonly password: string;
}

export interface InfobipParts {
  /** Any of them may manage every key of the account. */
  users: readonly PortalUser[];
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

const KEYS = /^\/settings\/2\/api-keys(\/[^/]+)?$/;

/** The error form of an endpoint; of an unknown one, the newer. */
export const formOf = (path: string): ErrorForm => ROUTES.find((route) => route.path === path)?.form ?? 'platform';

/** Infobip's HTTP interface: which call does what, with which credential, and how its answer looks. */
export function handleInfobip(call: ProviderCall, parts: InfobipParts, clock: Clock): ProviderReply {
  if (KEYS.test(call.path)) {
    // An API key is no credential here: these endpoints take Basic only.
    if (!isPortalUser(call.authorization, parts.users)) return errorReply('platform', 401);
    return handleKeys(call, parts.keys, parts.keyLimits, clock);
  }
  const here = ROUTES.filter(({ path }) => path === call.path);
  const [first] = here;
  if (!first) return errorReply('platform', 404);
  const route = here.find(({ method }) => method === call.method);
  if (!route) return errorReply(first.form, 405);
  if (isPortalUser(call.authorization, parts.users)) return route.handle(call, parts, USER_CREDENTIAL_ID, clock);
  const [, secret = ''] = /^App (\S+)$/i.exec(call.authorization ?? '') ?? [];
  const caller = parts.keys.authorize(secret, call.source, route.scopes);
  if (caller.ok) return route.handle(call, parts, caller.keyId, clock);
  if (caller.refused === 'address') {
    // Infobip says that authentication fails and not how; the caller's address is named so that it can be told apart.
    return errorReply(route.form, 403, `API key must not be used from IP address ${call.source}.`);
  }
  return errorReply(route.form, caller.refused === 'scope' ? 403 : 401);
}

function isPortalUser(authorization: string | undefined, users: readonly PortalUser[]): boolean {
  const [, credentials] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  return users.some(
    ({ username, password }) => credentials === Buffer.from(`${username}:${password}`).toString('base64'),
  );
}
