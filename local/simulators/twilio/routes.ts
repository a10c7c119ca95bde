import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import type { ReceiptPlan } from '../receipts.ts';
import type { TwilioAccount } from './account.ts';
import { handleAuthTokens } from './auth-token-routes.ts';
import { callerOf, isAllowed, mayManage, type Caller } from './caller.ts';
import { errorReply } from './errors.ts';
import { createStandardKey, handleKeys, OLD_COLLECTION } from './key-routes.ts';
import type { KeyRing } from './keys.ts';
import { fetchMessage, listMessages } from './message-routes.ts';
import type { Outbox } from './outbox.ts';
import { PRICES, showPrices } from './price-route.ts';
import { sendMessage } from './send-route.ts';
import type { TwilioSettings } from './settings.ts';

export interface TwilioParts {
  readonly account: TwilioAccount;
  readonly keys: KeyRing;
  readonly outbox: Outbox;
  readonly settings: TwilioSettings;
  readonly receipts: ReceiptPlan;
}

const KEYS = /^\/v1\/Keys(\/[^/]+)?$/;
const AUTH_TOKENS = /^\/v1\/AuthTokens\/(Secondary|Promote)$/;
const OF_ACCOUNT = /^\/2010-04-01\/Accounts\/([^/]+)\/(.+)$/;

/**
 * Twilio's HTTP interface. `api.`, `iam.`, `accounts.` and `pricing.twilio.com` have no path in common, so one address stands for all.
 *
 * A call for another account than the caller's is refused as if the credentials were wrong.
 */
export function handleTwilio(call: ProviderCall, parts: TwilioParts, clock: Clock): ProviderReply {
  const { account, keys } = parts;
  const caller = callerOf(call.authorization, account, keys);
  if (!caller) return errorReply(20003);
  const isManaging = KEYS.test(call.path) || OLD_COLLECTION.test(call.path) || AUTH_TOKENS.test(call.path);
  if (isManaging && !mayManage(caller)) return errorReply(20003);
  if (KEYS.test(call.path)) return handleKeys(call, keys, account.sid);
  if (AUTH_TOKENS.test(call.path)) return handleAuthTokens(call, account, clock);
  if (PRICES.test(call.path)) {
    if (call.method !== 'GET') return errorReply(20004);
    // No permission of this name is documented: a restricted key cannot have it.
    return caller.allow === null ? showPrices(call.path, parts.settings) : errorReply(70051, 'pricing');
  }
  const [, owner, resource = ''] = OF_ACCOUNT.exec(call.path) ?? [];
  if (owner === undefined) return errorReply(20404, call.path);
  if (owner !== account.sid) return errorReply(20003);
  if (OLD_COLLECTION.test(call.path)) {
    return call.method === 'POST' ? createStandardKey(call, keys) : errorReply(20004);
  }
  return handleResource(call, resource, caller, parts, clock);
}

/** A resource below the account. `read` (one) and `list` (many) are permissions of their own. */
function handleResource(
  call: ProviderCall,
  resource: string,
  caller: Caller,
  parts: TwilioParts,
  clock: Clock,
): ProviderReply {
  const { account, outbox, settings } = parts;
  const permitted = (permission: string, answer: () => ProviderReply): ProviderReply =>
    isAllowed(caller, permission) ? answer() : errorReply(70051, permission);
  const { method } = call;
  const [, sid] = /^Messages\/([^/]+)\.json$/.exec(resource) ?? [];
  const messages = '/twilio/messaging/messages';
  if (resource === 'Messages.json' && method === 'POST') {
    return permitted(`${messages}/create`, () => sendMessage(call, parts, clock, caller.credentialId));
  }
  if (resource === 'Messages.json' && method === 'GET') {
    return permitted(`${messages}/list`, () => listMessages(call, outbox, account.sid, settings));
  }
  if (sid !== undefined && method === 'GET') {
    return permitted(`${messages}/read`, () => fetchMessage(call, sid, outbox, account.sid, settings));
  }
  if (sid !== undefined && method === 'DELETE') {
    return permitted(`${messages}/delete`, () => {
      if (!outbox.find(sid)) return errorReply(20404, call.path);
      outbox.remove(sid);
      return { status: 204, body: undefined };
    });
  }
  if (resource === 'Balance.json' && method === 'GET') {
    // No permission of this name is documented: a restricted key cannot have it.
    return permitted('/twilio/accounts/balance/read', () => ({
      status: 200,
      body: { account_sid: account.sid, balance: String(settings.balanceMicros / 1e6), currency: 'USD' },
    }));
  }
  return sid !== undefined || ['Messages.json', 'Balance.json'].includes(resource)
    ? errorReply(20004)
    : errorReply(20404, call.path);
}
