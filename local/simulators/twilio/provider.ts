import { restoreAll } from '../checkpoint.ts';
import type { Clock } from '../clock.ts';
import { ControlError, type ProviderCall, type RogueResult, type SimulatedProvider } from '../provider.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createReceiptPlan } from '../receipts.ts';
import { changeSettings, isObject } from '../settings.ts';
import { createAccount, newSecret, newSid } from './account.ts';
import { errorReply } from './errors.ts';
import { inboundOf } from './inbound.ts';
import { createKeyRing, type MainKey } from './keys.ts';
import { createOutbox } from './outbox.ts';
import { handleTwilio, type TwilioParts } from './routes.ts';
import { TWILIO_DEFAULTS } from './settings.ts';

/** The managing credential: the account and its Main key. */
interface Managing {
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
}

/**
 * Makes a Twilio account with a Main key, an auth token and no other keys.
 *
 * @param managing the account's SID and the Main key. Default: random.
 */
export function createTwilio(clock: Clock, managing: Partial<Managing> = {}): SimulatedProvider {
  const first = toManaging(managing);
  let { accountSid } = first;
  let mains = [toMain(first)];
  let parts = start(clock, accountSid, () => mains);
  const rate = createRateLimit(clock, 1000, () => parts.settings.requestsPerSecond);

  return {
    handle: (call) => (rate.take() ? handleTwilio(call, parts, clock) : errorReply(20429)),
    messages: () => parts.outbox.messages(),
    receipts: () => parts.receipts.due(),
    inbound: (message) => inboundOf(message, parts.account, parts.settings),
    credentials: () => parts.keys.credentials(),
    secrets: () => parts.keys.all().map(({ sid, secret }) => ({ id: sid, value: secret })),
    account: () => ({
      managing: mains[0] ? { accountSid, apiKeySid: mains[0].sid, apiKeySecret: mains[0].secret } : null,
      mainKeys: mains,
      authToken: parts.account.authToken(),
      secondaryAuthToken: parts.account.secondaryAuthToken(),
      ...parts.settings,
    }),
    changeAccount: (change) => {
      const { managing: replacement, addMainKey, deleteMainKey, ...rest } = change;
      const [unknown] = changeSettings(parts.settings, rest);
      if (unknown !== undefined) throw new ControlError(`account: ${unknown} is not known`);
      if (addMainKey !== undefined) mains = [...mains, toMain(toManaging(addMainKey))];
      if (deleteMainKey !== undefined) {
        const others = mains.filter(({ sid }) => sid !== deleteMainKey);
        if (others.length === mains.length) throw new ControlError('account: deleteMainKey names no Main key');
        mains = others;
      }
      if (replacement === undefined) return;
      // Another Main key, or another account altogether: keys belong to an account, so none of the old ones is known there.
      const managing = toManaging(replacement);
      accountSid = managing.accountSid;
      mains = [toMain(managing)];
      parts = {
        ...start(clock, accountSid, () => mains, parts.settings),
        outbox: parts.outbox,
        receipts: parts.receipts,
      };
    },
    disable: (credentialId) => {
      if (!parts.keys.remove(credentialId)) throw new ControlError('disable: no such key');
    },
    rogue: (count, source) => sendAsStranger(parts, count, source, clock),
    checkpoint: () => {
      const [saved, account, keys, settings] = [parts, accountSid, mains, { ...parts.settings }];
      const restore = restoreAll([parts.account.checkpoint(), parts.keys.checkpoint(), rate.checkpoint()]);
      return () => {
        [parts, accountSid, mains] = [saved, account, keys];
        Object.assign(parts.settings, settings);
        restore();
      };
    },
    reset: () => {
      accountSid = first.accountSid;
      mains = [toMain(first)];
      parts = start(clock, accountSid, () => mains);
    },
  };
}

function start(
  clock: Clock,
  accountSid: string,
  mains: () => readonly MainKey[],
  settings = { ...TWILIO_DEFAULTS },
): TwilioParts {
  return {
    settings,
    account: createAccount(accountSid),
    keys: createKeyRing(clock, settings, mains),
    outbox: createOutbox(clock, settings),
    receipts: createReceiptPlan(clock, settings, true),
  };
}

const toMain = ({ apiKeySid, apiKeySecret }: Managing): MainKey => ({ sid: apiKeySid, secret: apiKeySecret });

function toManaging(given: unknown): Managing {
  const {
    accountSid = newSid('AC'),
    apiKeySid = newSid('SK'),
    apiKeySecret = newSecret(),
    ...more
  } = isObject(given) ? given : { malformed: given };
  if (
    typeof accountSid !== 'string' ||
    typeof apiKeySid !== 'string' ||
    typeof apiKeySecret !== 'string' ||
    Object.keys(more).length > 0
  ) {
    throw new ControlError('account: managing has accountSid, apiKeySid and apiKeySecret, all text, all optional');
  }
  return { accountSid, apiKeySid, apiKeySecret };
}

function sendAsStranger(parts: TwilioParts, count: number, source: string, clock: Clock): RogueResult {
  const lastUsed = parts.outbox.messages().findLast(({ credentialId }) => parts.keys.find(credentialId));
  const key = parts.keys.find(lastUsed?.credentialId ?? '') ?? parts.keys.list()[0];
  const attempt = (index: number): ProviderCall => ({
    method: 'POST',
    path: `/2010-04-01/Accounts/${parts.account.sid}/Messages.json`,
    query: new URLSearchParams(),
    authorization: key && `Basic ${Buffer.from(`${key.sid}:${key.secret}`).toString('base64')}`,
    encoding: 'form',
    source,
    body: { To: '+971500000099', From: 'Stranger', Body: `Not yours ${String(index)}` },
  });
  const refused = Array.from({ length: count }, (_, index) => handleTwilio(attempt(index), parts, clock).status).filter(
    (status) => status !== 201,
  );
  return { attempted: count, accepted: count - refused.length, refused, credentialId: key?.sid ?? null };
}
