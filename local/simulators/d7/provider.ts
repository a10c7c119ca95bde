import { randomBytes, randomUUID } from 'node:crypto';
import { restoreAll } from '../checkpoint.ts';
import type { Clock } from '../clock.ts';
import { ControlError, type RogueResult, type SimulatedProvider } from '../provider.ts';
import { createRateLimit } from '../rate-limit.ts';
import { changeSettings, isObject } from '../settings.ts';
import { codedError } from './errors.ts';
import { createOutbox } from './outbox.ts';
import { handleD7, type D7Parts } from './routes.ts';
import { D7_DEFAULTS } from './settings.ts';
import { createTokenAuthority, type Application } from './tokens.ts';

/**
 * Makes a D7 account with one application.
 *
 * @param managing its client id and secret. Default: random.
 */
export function createD7(clock: Clock, managing: Partial<Application> = {}): SimulatedProvider {
  const first = toApplication(managing);
  let parts = start(clock, first);
  const rate = createRateLimit(clock, 1000, () => parts.settings.requestsPerSecond);

  return {
    // D7 documents no 429; the form follows its other errors.
    handle: (call) => (rate.take() ? handleD7(call, parts) : codedError(429, 'TOO_MANY_REQUESTS')),
    messages: () => parts.outbox.messages(),
    receipts: () => parts.outbox.receipts(),
    inbound: () => {
      throw new ControlError('inbound: how D7 passes it on is not documented');
    },
    credentials: () => parts.tokens.credentials(),
    secrets: () =>
      parts.tokens.credentials().flatMap(({ id }) => {
        const authorization = parts.tokens.authorizationOf(id);
        return authorization === undefined ? [] : [{ id, value: authorization.replace('Bearer ', '') }];
      }),
    account: () => ({
      managing: parts.tokens.applications()[0] ?? null,
      applications: parts.tokens.applications(),
      ...parts.settings,
    }),
    changeAccount: (change) => {
      const { managing: replacement, addApplication, deleteApplication, ...rest } = change;
      const [unknown] = changeSettings(parts.settings, rest);
      if (unknown !== undefined) throw new ControlError(`account: ${unknown} is not known`);
      if (replacement !== undefined) {
        for (const { clientId } of parts.tokens.applications()) parts.tokens.remove(clientId);
        parts.tokens.add(toApplication(replacement));
      }
      if (addApplication !== undefined) parts.tokens.add(toApplication(addApplication));
      if (
        deleteApplication !== undefined &&
        (typeof deleteApplication !== 'string' || !parts.tokens.remove(deleteApplication))
      ) {
        throw new ControlError('account: deleteApplication names no application');
      }
    },
    disable: () => {
      throw new ControlError('disable: D7 ends no token alone; delete its application, or let the clock pass its end');
    },
    rogue: (count, source) => sendAsStranger(parts, count, source),
    checkpoint: () => {
      const [saved, settings] = [parts, { ...parts.settings }];
      const restore = restoreAll([parts.tokens.checkpoint(), rate.checkpoint()]);
      return () => {
        parts = saved;
        Object.assign(parts.settings, settings);
        restore();
      };
    },
    reset: () => {
      parts = start(clock, first);
    },
  };
}

function start(clock: Clock, application: Application): D7Parts {
  const settings = { ...D7_DEFAULTS };
  return {
    settings,
    tokens: createTokenAuthority(clock, settings, [application]),
    outbox: createOutbox(clock, settings),
  };
}

function toApplication(given: unknown): Application {
  const {
    clientId = randomUUID(),
    clientSecret = randomBytes(24).toString('base64url'),
    ...more
  } = isObject(given) ? given : { malformed: given };
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string' || Object.keys(more).length > 0) {
    throw new ControlError('account: an application has clientId and clientSecret, both text, both optional');
  }
  return { clientId, clientSecret };
}

function sendAsStranger(parts: D7Parts, count: number, source: string): RogueResult {
  const lastUsed = parts.outbox.messages().at(-1)?.credentialId;
  const newest = parts.tokens.credentials().findLast(({ state }) => state === 'active')?.id;
  const credentialId = lastUsed ?? newest ?? null;
  const authorization = credentialId === null ? undefined : parts.tokens.authorizationOf(credentialId);
  const refused = Array.from({ length: count }, (_, index) =>
    handleD7(
      {
        method: 'POST',
        path: '/messages/v1/send',
        query: new URLSearchParams(),
        authorization,
        encoding: 'json',
        source,
        body: {
          messages: [
            { channel: 'sms', recipients: ['+971500000099'], content: `Not yours ${String(index)}`, msg_type: 'text' },
          ],
          message_globals: { originator: 'Stranger' },
        },
      },
      parts,
    ),
  )
    .map(({ status }) => status)
    .filter((status) => status !== 200);
  return { attempted: count, accepted: count - refused.length, refused, credentialId };
}
