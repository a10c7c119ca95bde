import { createHandler as createQuery } from '../../../lambda/query/handler.ts';
import { createHandler as createSend } from '../../../lambda/send/handler.ts';
import type { RoomPolicy } from '../../../lambda/shared/contract.ts';
import { API, expectDescribed } from '../support/api.ts';
import { bodyOf, CONTEXT, doorEvent } from '../support/door.ts';
import { LOST_ANSWER, NOT_SENT, REJECTED } from '../support/results.ts';
import { ROOM, roomWithLimits, SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

const POST = ['post', '/v1/messages'] as const;
const HEADERS = { 'content-type': 'application/json', 'Idempotency-Key': 'key-1' };

const post = async (world: World, change: object = {}, event: Parameters<typeof doorEvent>[0] = {}) => {
  const body = JSON.stringify({ ...SMS, ...change });
  const response = await createSend(() => world.ports)(doorEvent({ body, ...event }), CONTEXT);
  expectDescribed(POST, response);
  return bodyOf(response);
};
const get = async (world: World, id: string) => {
  const response = await createQuery(() => world.ports)(doorEvent({ body: null, pathParameters: { id } }));
  expectDescribed(['get', '/v1/messages/{id}'], response);
  return bodyOf(response);
};

const keyed = (kind: 'absent' | 'unavailable', room?: RoomPolicy): World => {
  const world = createWorld(room && { room });
  world.secret.AWSCURRENT = { kind };
  return world;
};
const marked = (attributes: object): World => {
  const world = createWorld();
  world.table.items.set('app#shop', { ...world.table.items.get('app#shop')!, ...attributes });
  return world;
};
const turned = (turn: World['turns'][number]): World => {
  const world = createWorld();
  world.turns.push(turn);
  return world;
};

/** How each problem is met at the doors of the apps. */
const PROBLEMS: Readonly<Record<string, () => Promise<unknown>>> = {
  'invalid-request': () => post(createWorld(), { channel: 'fax' }),
  'idempotency-key-missing': () => post(createWorld(), {}, { headers: { 'content-type': 'application/json' } }),
  'idempotency-key-reused': async () => {
    const world = createWorld();
    await post(world);
    return post(world, { text: 'another' });
  },
  'not-authorized': () => post(createWorld(), {}, { userArn: null }),
  'browser-caller': () => post(createWorld(), {}, { headers: { ...HEADERS, Origin: 'https://shop.example' } }),
  'channel-not-allowed': () => post(createWorld(), { channel: 'viber' }),
  'sender-not-allowed': () => post(createWorld(), { from: 'Other' }),
  'country-not-allowed': () => post(createWorld(), { to: '+4915112345678' }),
  'number-type-not-allowed': () => post(createWorld(), { to: '+882312345678' }),
  'recipient-not-allowed': () => post(createWorld({ room: { ...ROOM, onlyRecipients: [] } })),
  'recipient-opted-out': async () => {
    const world = createWorld();
    const hashes = (await world.ports.hashes())!;
    await world.ports.optOuts.add(hashes.number(SMS.to), { since: world.clock.now(), source: 'operator' });
    return post(world);
  },
  'limit-exhausted': () => post(createWorld({ room: roomWithLimits({ messagesPerDay: 0 }) })),
  'too-fast': () => post(createWorld({ room: roomWithLimits({ messagesPerSecond: 0 }) })),
  'too-large': () => post(createWorld(), {}, { body: 'x'.repeat(32 * 1024 + 1) }),
  'app-frozen': () => post(marked({ frozen: true })),
  'room-frozen': () => post(marked({ frozen: true, frozenByRoom: true })),
  'room-has-no-key': () => post(keyed('absent')),
  'provider-rejected': () => post(turned(REJECTED)),
  'not-sent': () => post(keyed('unavailable')),
  'not-found': () => get(createWorld(), `msg_${'0'.repeat(26)}`),
  internal: () => post(createWorld({ around: () => Promise.reject(new Error('broken')) })),
};

describe('the answers of the functions are those of the API description', () => {
  test('which has a problem for each of its codes, and no other', () => {
    expect(Object.keys(PROBLEMS).sort()).toEqual([...API.components.schemas.ProblemCode!.enum!].sort());
  });

  test.each(Object.entries(PROBLEMS))('a problem %s', async (code, meet) => {
    expect(await meet()).toMatchObject({ type: `urn:keyroom:problem:${code}` });
  });

  test.each<[string, () => Promise<World>]>([
    ['accepted', () => Promise.resolve(createWorld())],
    ['queued', () => Promise.resolve(turned(NOT_SENT))],
    ['unknown', () => Promise.resolve(turned(LOST_ANSWER))],
  ])('a message that is %s, its replay and its look-up', async (status, make) => {
    const world = await make();
    const sent = await post(world);
    expect(sent.status).toBe(status);
    expect(await post(world)).toEqual(sent);
    expect(await get(world, String(sent.id))).toEqual(sent);
  });

  test('a template with its cost, and a dry run of it', async () => {
    const prices = { currency: 'USD', micros: { AE: { sms: 35_000, whatsapp: 20_000 } } };
    const world = createWorld({ room: { ...ROOM, prices } });
    const template = { name: 'otp', language: 'en', params: { code: '1', minutes: '5' } };
    const whatsApp = { channel: 'whatsapp', from: undefined, text: undefined, template };
    expect(await post(world, whatsApp)).toMatchObject({ cost: { amount: '0.0200' }, segments: null });
    expect(await post(world, { ...whatsApp, dryRun: true })).toMatchObject({ dryRun: true, wouldSend: true });
  });
});
