import { randomBytes } from 'node:crypto';
import { restoreAll } from '../checkpoint.ts';
import type { Clock } from '../clock.ts';
import { ControlError, type ProviderCall, type RogueResult, type SimulatedProvider } from '../provider.ts';
import { createRateLimit } from '../rate-limit.ts';
import { changeSettings, isObject } from '../settings.ts';
import { errorReply } from './errors.ts';
import { inboundOf } from './inbound.ts';
import { createKeyRing } from './keys.ts';
import { createOutbox } from './outbox.ts';
import { createLimits, formOf, handleInfobip, type InfobipParts, type PortalUser } from './routes.ts';
import { INFOBIP_DEFAULTS } from './settings.ts';

/**
 * Makes an Infobip account with one portal user and no keys.
 *
 * @param managing the portal user. Default: random.
 */
export function createInfobip(clock: Clock, managing: Partial<PortalUser> = {}): SimulatedProvider {
  const first = toUser(managing);
  let parts = start(clock, first);
  const rate = createRateLimit(clock, 1000, () => parts.settings.requestsPerSecond);

  return {
    handle: (call) => (rate.take() ? handleInfobip(call, parts, clock) : errorReply(formOf(call.path), 429)),
    messages: () => parts.outbox.messages(),
    receipts: () => parts.outbox.receipts(),
    inbound: (message) => inboundOf(clock, message),
    credentials: () => parts.keys.credentials(),
    secrets: () => parts.keys.list().map(({ id, apiKeySecret }) => ({ id, value: apiKeySecret })),
    account: () => ({ managing: parts.users[0] ?? null, users: parts.users, ...parts.settings }),
    changeAccount: (change) => {
      const { managing: replacement, addUser, deleteUser, ...rest } = change;
      const [unknown] = changeSettings(parts.settings, rest);
      if (unknown !== undefined) throw new ControlError(`account: ${unknown} is not known`);
      if (replacement !== undefined) parts.users = [toUser(replacement)];
      if (addUser !== undefined) parts.users = [...parts.users, toUser(addUser)];
      if (deleteUser !== undefined) {
        const others = parts.users.filter(({ username }) => username !== deleteUser);
        if (others.length === parts.users.length) throw new ControlError('account: deleteUser names no portal user');
        parts.users = others;
      }
    },
    disable: (credentialId) => {
      if (!parts.keys.update(credentialId, { enabled: false })) throw new ControlError('disable: no such key');
    },
    rogue: (count, source) => sendAsStranger(parts, count, source, clock),
    checkpoint: () => {
      const [saved, users, settings] = [parts, parts.users, { ...parts.settings }];
      const { create, update, read } = parts.keyLimits;
      const limits = [create, update, read, parts.logLimit, rate].map((limit) => limit.checkpoint());
      const restore = restoreAll([parts.keys.checkpoint(), ...limits]);
      return () => {
        parts = saved;
        parts.users = users;
        Object.assign(parts.settings, settings);
        restore();
      };
    },
    reset: () => {
      parts = start(clock, first);
    },
  };
}

function start(clock: Clock, user: PortalUser): InfobipParts {
  const settings = { ...INFOBIP_DEFAULTS };
  const accountId = randomBytes(16).toString('hex').toUpperCase();
  return {
    users: [user],
    settings,
    keys: createKeyRing(clock, settings, accountId),
    outbox: createOutbox(clock, settings),
    ...createLimits(clock, settings),
  };
}

function toUser(given: unknown): PortalUser {
  const {
    username = `keyroom-${randomBytes(4).toString('hex')}`,
    password = randomBytes(24).toString('base64url'),
    ...more
  } = isObject(given) ? given : { malformed: given };
  if (typeof username !== 'string' || typeof password !== 'string' || Object.keys(more).length > 0) {
    throw new ControlError('account: a portal user has username and password, both text, both optional');
  }
  return { username, password };
}

function sendAsStranger(parts: InfobipParts, count: number, source: string, clock: Clock): RogueResult {
  const known = parts.keys.credentials();
  const lastUsed = parts.outbox.messages().findLast(({ credentialId }) => known.some(({ id }) => id === credentialId));
  const newest = known.findLast(({ state }) => state === 'active')?.id;
  const credentialId = lastUsed?.credentialId ?? newest ?? null;
  const key = credentialId === null ? undefined : parts.keys.find(credentialId);
  const attempt = (index: number): ProviderCall => ({
    method: 'POST',
    path: '/sms/3/messages',
    query: new URLSearchParams(),
    authorization: key && `App ${key.apiKeySecret}`,
    encoding: 'json',
    source,
    body: {
      messages: [
        { sender: 'Stranger', destinations: [{ to: '41790000099' }], content: { text: `Not yours ${String(index)}` } },
      ],
    },
  });
  const refused = Array.from(
    { length: count },
    (_, index) => handleInfobip(attempt(index), parts, clock).status,
  ).filter((status) => status !== 200);
  return { attempted: count, accepted: count - refused.length, refused, credentialId };
}
