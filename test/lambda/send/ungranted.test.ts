import { sendMessage } from '../../../lambda/send/send-message.ts';
import type { SendPorts } from '../../../lambda/send/ports.ts';
import type { AppPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';
import { LOST_REQUEST, messageOf, NOT_SENT, problemOf } from '../support/results.ts';
import { APP, ROOM, SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';

const OTP = {
  channel: 'whatsapp',
  to: SMS.to,
  from: '+97140000000',
  template: { name: 'otp', language: 'en', params: { minutes: '5', code: '123456' } },
};

const granting = (change: Partial<AppPolicy>): RoomPolicy => ({ ...ROOM, apps: { shop: { ...APP, ...change } } });
const NARROWED = granting({ countries: ['SA'] });

/** The same request again, to the room as a deploy left it. */
const again = (world: World, room = NARROWED, body: unknown = SMS, changes: Partial<SendPorts> = {}) =>
  sendMessage(
    { ...world.ports, room, ...changes },
    { app: 'shop', idempotencyKey: 'key-1', body, requestId: 'r-2', deadline: world.clock.monotonic() + 9500 },
  );

const MAY_HAVE_BEEN_SENT = {
  code: 'not-sent',
  status: 503,
  retry: 'same-key',
  detail: expect.stringContaining('an earlier one with the same Idempotency-Key may have') as string,
};

describe('a request that the room does not grant any more', () => {
  test.each([
    ['channels', granting({ channels: [] }), SMS],
    ['senders', granting({ senders: { sms: ['Other'] } }), SMS],
    ['senders, where it named none', granting({ senders: { sms: ['Acme', 'Other'] } }), { ...SMS, from: undefined }],
    ['countries', NARROWED, SMS],
    ['segments', granting({ limits: { ...APP.limits, segmentsPerMessage: 0 } }), SMS],
    ['onlyRecipients', { ...ROOM, onlyRecipients: [] }, SMS],
    ['templates', { ...ROOM, templates: {} }, OTP],
  ])('is a replay when it was accepted before a deploy narrowed the %s', async (_what, room, body) => {
    const world = createWorld();
    const first = messageOf(await world.send(body));
    expect(messageOf(await again(world, room, body))).toEqual({ ...first, replayed: true });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
  });

  test('is a replay while the room still tries it', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    expect(messageOf(await again(world))).toMatchObject({ replayed: true, status: 'queued', safeToResend: false });
  });

  test('is a replay when nobody knows whether it was sent', async () => {
    const world = createWorld();
    world.turns.push(LOST_REQUEST);
    await world.send();
    expect(messageOf(await again(world))).toMatchObject({ replayed: true, status: 'unknown', safeToResend: false });
  });

  test.each([
    ['was never seen', (world: World) => again(world)],
    ['had another body', async (world: World) => (await world.send(), again(world, NARROWED, { ...SMS, text: 'hi' }))],
  ])('is refused when it %s', async (_what, play) => {
    const world = createWorld();
    expect(problemOf(await play(world))).toMatchObject({ code: 'country-not-allowed', sent: false, retry: 'never' });
    expect(world.emitted.at(-1)).toEqual({ values: { Refused: 1 }, scope: { app: 'shop', channel: 'sms' } });
  });

  test('is refused once its key is forgotten, whether DynamoDB deleted it or not', async () => {
    const world = createWorld();
    await world.send();
    world.clock.advance(7 * 24 * 60 * 60 * 1000 - 1);
    expect(messageOf(await again(world)).replayed).toBe(true);
    world.clock.advance(1);
    expect(problemOf(await again(world)).code).toBe('country-not-allowed');
  });

  test('is not called unsent for good when the ledger cannot be read', async () => {
    const world = createWorld({
      around: (operation, apply) =>
        operation === 'get' ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    await world.send();
    expect(problemOf(await again(world))).toMatchObject(MAY_HAVE_BEEN_SENT);
    expect(world.logged.map(({ event }) => event)).toContain('message not read');
  });

  test('is not called unsent for good when the pepper cannot be read', async () => {
    const world = createWorld();
    await world.send();
    const hashes = () => Promise.resolve(undefined);
    expect(problemOf(await again(world, NARROWED, SMS, { hashes }))).toMatchObject(MAY_HAVE_BEEN_SENT);
  });

  test('is not looked up where no room could have granted it', async () => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply) => {
        operations.push(operation);
        return Promise.resolve(apply());
      },
    });
    expect(problemOf(await again(world, ROOM, { ...SMS, text: '' })).code).toBe('invalid-request');
    expect(operations).toEqual([]);
  });
});
