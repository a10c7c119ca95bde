import { sendMessage } from '../../../lambda/send/send-message.ts';
import { createHandler } from '../../../lambda/send/handler.ts';
import { CONTEXT, doorEvent } from '../support/door.ts';
import { ADDRESS_REFUSED, KEY_REFUSED, NOT_SENT, problemOf, REJECTED } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';

const failing = (operation: string, effect: 'none' | 'unknown'): World => {
  let armed = true;
  return createWorld({
    around: (name, apply) => {
      if (name !== operation || !armed) return Promise.resolve(apply());
      armed = false;
      return Promise.reject(awsFailure(effect));
    },
  });
};
const withKey = (kind: 'absent' | 'denied' | 'unavailable'): World => {
  const world = createWorld();
  world.secret.AWSCURRENT = { kind };
  return world;
};
const frozen = (): World => {
  const world = withKey('denied');
  world.table.items.set('app#shop', { pk: 'app#shop', frozen: true });
  return world;
};

describe('a request that ends before the wire though nothing is wrong with it', () => {
  test.each<[string, string, () => World]>([
    ['room-has-no-key', 'key-absent', () => withKey('absent')],
    ['not-sent', 'key-denied', () => withKey('denied')],
    ['not-sent', 'key-unreadable', () => withKey('unavailable')],
    ['room-frozen', 'app-frozen-and-key-denied', frozen],
    ['not-sent', 'ledger-failed', () => failing('put', 'none')],
    ['not-sent', 'ledger-in-doubt', () => failing('put', 'unknown')],
    ['not-sent', 'limits-failed', () => failing('update', 'none')],
    ['not-sent', 'limits-in-doubt', () => failing('update', 'unknown')],
  ])('is answered %s, logged as %s and counted', async (code, reason, make) => {
    const world = make();
    const result = problemOf(await world.send());
    expect(result).toMatchObject({ code, status: 503 });
    expect(result.retryAfterSeconds).toBeGreaterThan(0);
    expect(world.logged.at(-1)).toEqual({
      event: 'not sent',
      fields: { code, reason, requestId: 'r-1', app: 'shop', channel: 'sms', messageId: expect.any(String) as string },
    });
    expect(world.emitted).toEqual([{ values: { NotSent: 1 }, scope: { app: 'shop', channel: 'sms' } }]);
  });

  test('is logged also when the pepper cannot be read', async () => {
    const world = createWorld();
    const ports = { ...world.ports, hashes: () => Promise.resolve(undefined) };
    await sendMessage(ports, { app: 'shop', idempotencyKey: 'k', body: SMS, requestId: 'r-1', deadline: 14_500 });
    expect(world.logged).toEqual([
      {
        event: 'not sent',
        fields: { code: 'not-sent', reason: 'pepper-unreadable', requestId: 'r-1', app: 'shop', channel: 'sms' },
      },
    ]);
    expect(world.emitted).toEqual([{ values: { NotSent: 1 }, scope: { app: 'shop', channel: 'sms' } }]);
  });

  test('is not asked to come back in seconds where only a person can mend it', async () => {
    const result = problemOf(await withKey('denied').send());
    expect(result).toMatchObject({ retry: 'same-key', retryAfterSeconds: 60 });
    expect(result.detail).toContain('a person has to act');
  });
});

test('a refusal is no failure: it is counted, not logged', async () => {
  const world = createWorld();
  await world.send({ ...SMS, to: '+4915112345678' });
  expect(world.emitted.at(-1)?.values).toEqual({ Refused: 1 });
  expect(world.logged).toEqual([]);
});

test('an app that is not in the ledger yet is told to wait for the deployment, not to sign otherwise', async () => {
  const world = createWorld();
  world.table.items.clear();
  const result = problemOf(await world.send());
  expect(result).toMatchObject({ code: 'not-authorized', retry: 'after' });
  expect(result.fix).toMatch(/^Wait for the room's deployment to end/);
});

test.each([
  ['too-many-requests', NOT_SENT],
  ['http-401', KEY_REFUSED],
  ['http-403', ADDRESS_REFUSED],
  ['other', REJECTED],
  ['destination-refused', { ...REJECTED, outcome: { ...REJECTED.outcome, code: 'destination-refused' } }],
  ['other', { ...REJECTED, outcome: { ...REJECTED.outcome, code: 'status-971500000001' } }],
  [undefined, { outcome: { kind: 'accepted', providerMessageId: 'p' } as const, took: true }],
])('an attempt that ended is logged with its cause %s', async (code, turn) => {
  const world = createWorld();
  world.turns.push(turn);
  await world.send();
  const { event, fields } = world.logged.at(-1)!;
  expect([event, fields?.requestId, fields?.code]).toEqual(['attempt ended', 'r-1', code]);
});

test('a failure that nobody expected counts as an outcome that nobody knows', async () => {
  const world = createWorld({ around: () => Promise.reject(new Error('bug')) });
  await createHandler(() => world.ports)(doorEvent(), CONTEXT);
  expect(world.emitted.at(-1)?.values).toEqual({ UnknownOutcome: 1 });
});
