import { createHandler } from '../../../lambda/query/handler.ts';
import { createDynamoDbLedger } from '../../../lambda/shared/dynamodb-ledger.ts';
import { expectDescribed } from '../support/api.ts';
import { bodyOf, doorEvent } from '../support/door.ts';
import { LOST_ANSWER, messageOf, NOT_SENT } from '../support/results.ts';
import { roomWithLimits, SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

const get = async (world: World, id: string | undefined, changes: Parameters<typeof doorEvent>[0] = {}) => {
  const { room, clock, log } = world.ports;
  const deps = { room, clock, log, ledger: createDynamoDbLedger(world.table) };
  const pathParameters = id === undefined ? null : { id };
  const response = await createHandler(() => deps)(doorEvent({ body: null, pathParameters, ...changes }));
  expectDescribed(['get', changes.resource ?? '/v1/messages/{id}'], response);
  return { response, body: bodyOf(response) };
};

describe('the door of query', () => {
  test('gives the message as send answered it', async () => {
    const world = createWorld();
    const message = messageOf(await world.send());
    const { response, body } = await get(world, message.id);
    expect(response.statusCode).toBe(200);
    expect({ replayed: false, ...body }).toEqual(message);
  });

  test('shows a message that the room tries again, until the ledger says that it expired', async () => {
    const world = createWorld();
    world.turns.push(...Array.from({ length: 60 }, () => NOT_SENT));
    await world.send({ ...SMS, validForSeconds: 60 });
    const id = [...world.table.items.keys()].find((key) => key.startsWith('message#'))!.slice('message#'.length);
    expect((await get(world, id)).body).toMatchObject({ status: 'queued', final: false, safeToResend: false });
    await world.pass(60_000);
    expect((await get(world, id)).body).toMatchObject({ status: 'expired', final: true, safeToResend: true });
  });

  test('shows an unknown as one that nobody may resend', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    const { id } = messageOf(await world.send());
    expect((await get(world, id)).body).toMatchObject({ status: 'unknown', safeToResend: false });
  });

  test('answers the same 404 for a foreign, an unknown, a malformed and a missing id', async () => {
    const world = createWorld();
    const foreign = messageOf(await world.send(SMS, 'key-1', 'desk')).id;
    const ids = [foreign, `msg_${'0'.repeat(26)}`, 'msg_x', 'app#shop', undefined];
    const answers = await Promise.all(ids.map((id) => get(world, id)));
    for (const { response, body } of answers) {
      expect(response.statusCode).toBe(404);
      expect(body).toEqual(answers[0]?.body);
    }
  });

  test('asks the ledger for nothing that cannot be an id', async () => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply) => {
        operations.push(operation);
        return Promise.resolve(apply());
      },
    });
    await get(world, 'msg_x');
    expect(operations).toEqual([]);
  });

  test('refuses strangers and browsers', async () => {
    const world = createWorld();
    const { id } = messageOf(await world.send());
    expect((await get(world, id, { userArn: null })).response.statusCode).toBe(403);
    const browser = await get(world, id, { headers: { Origin: 'https://shop.example' } });
    expect(browser.body.type).toBe('urn:keyroom:problem:browser-caller');
  });

  test('answers one fixed sentence when the ledger cannot be read', async () => {
    const world = createWorld({ around: () => Promise.reject(new Error('secret')) });
    const { response, body } = await get(world, `msg_${'0'.repeat(26)}`);
    expect(response.statusCode).toBe(500);
    expect(body).toMatchObject({ sent: false, detail: 'Something went wrong inside the room' });
    expect(world.logged.at(-1)?.event).toBe('query failed');
  });
});

describe('the usage of an app', () => {
  const usage = (world: World, changes: Parameters<typeof doorEvent>[0] = {}) =>
    get(world, undefined, { resource: '/v1/usage', ...changes });
  const use = (body: Record<string, unknown>, limit: string) =>
    (body.limits as readonly { readonly limit: string }[]).find((each) => each.limit === limit);

  test('says what is used of its own limits and when they begin anew, and what the others are', async () => {
    const room = roomWithLimits({ messagesPerDay: 5, spendPerMonth: 1_000_000 });
    const prices = { currency: 'USD', micros: { AE: { sms: 35_000 } } };
    const world = createWorld({ room: { ...room, prices } });
    await world.send();
    const { response, body } = await usage(world);
    expect(response.statusCode).toBe(200);
    expect(body).toMatchObject({ app: 'shop', frozen: false });
    expect(use(body, 'messages-per-day')).toEqual({
      limit: 'messages-per-day',
      unit: 'messages',
      currency: null,
      allowed: 5,
      used: 1,
      left: 4,
      windowSeconds: 86_400,
      resetsAt: '2026-11-25T00:00:00.000Z',
    });
    expect(use(body, 'spend-per-month')).toMatchObject({ unit: 'micro-units', currency: 'USD', used: 35_000 });
    expect(use(body, 'messages-per-recipient-per-hour')).toMatchObject({ allowed: 1000, used: null, left: null });
  });

  test('begins anew with the window', async () => {
    const world = createWorld();
    await world.send();
    world.clock.advance(12 * 3600_000);
    const { body } = await usage(world);
    expect(use(body, 'messages-per-day')).toMatchObject({ used: 0, resetsAt: '2026-11-26T00:00:00.000Z' });
    expect(use(body, 'messages-per-month')).toMatchObject({ used: 1 });
  });

  test("is the caller's own, and one read", async () => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply, pk) => {
        operations.push(`${operation} ${pk ?? ''}`);
        return Promise.resolve(apply());
      },
    });
    await world.send(SMS, 'key-1', 'desk');
    operations.length = 0;
    const { body } = await usage(world);
    expect(use(body, 'messages-per-day')).toMatchObject({ used: 0 });
    expect(operations).toEqual(['get app#shop']);
  });

  test('shows a frozen app that it is frozen, and an unregistered one whom to ask', async () => {
    const world = createWorld();
    world.table.items.set('app#shop', { pk: 'app#shop', frozen: true });
    expect((await usage(world)).body).toMatchObject({ frozen: true });
    world.table.items.delete('app#shop');
    const { response, body } = await usage(world);
    expect([response.statusCode, body.type]).toEqual([403, 'urn:keyroom:problem:not-authorized']);
  });

  test('refuses strangers', async () => {
    expect((await usage(createWorld(), { userArn: null })).response.statusCode).toBe(403);
  });
});
