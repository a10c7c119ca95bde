import { createCursorSeal } from '../../../lambda/list-messages/cursor.ts';
import { createHandler, type ListEvent } from '../../../lambda/list-messages/handler.ts';
import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { createMessageList } from '../../../lambda/shared/message-list.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { expectDescribed } from '../support/api.ts';
import { bodyOf, doorEvent } from '../support/door.ts';
import { LOST_ANSWER, messageOf } from '../support/results.ts';
import { ABROAD, SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

const PEPPER = new SecretValue('pepper');
const HASHES = { ...createKeyedHash(PEPPER), ...createCursorSeal(PEPPER) };
const DESK = 'arn:aws:sts::111111111111:assumed-role/desk-sender/session-1';

type Query = Readonly<Record<string, string | string[]>>;

const list = async (
  world: World,
  query: Query = {},
  changes: Partial<ListEvent> & { userArn?: string | null } = {},
  hashes: typeof HASHES | null = HASHES,
) => {
  const { room, clock, log } = world.ports;
  const deps = {
    room,
    clock,
    log,
    messages: createMessageList(world.table),
    hashes: () => Promise.resolve(hashes ?? undefined),
  };
  const multiValueQueryStringParameters = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, [value].flat()]),
  );
  const event = { ...doorEvent({ body: null, ...changes }), multiValueQueryStringParameters };
  const response = await createHandler(() => deps)(event);
  expectDescribed(['get', '/v1/messages'], response);
  const body = bodyOf(response) as Record<string, unknown> & {
    readonly messages: readonly { readonly id: string; readonly reference: string | null }[];
    readonly nextCursor: string | null;
  };
  return { status: response.statusCode, body, references: () => body.messages.map(({ reference }) => reference) };
};

/** Sends messages a second apart, each with a reference of its own unless it has one. */
const sendAll = async (world: World, bodies: readonly object[], app = 'shop') => {
  for (const [i, body] of bodies.entries()) {
    await world.send({ ...SMS, reference: `r${i}`, ...body }, `${app}-${world.clock.now()}`, app);
    world.clock.advance(1000);
  }
};

/** All pages, as the references in them. */
const pages = async (world: World, query: Query) => {
  const found: (string | null)[][] = [];
  let cursor: string | null = null;
  do {
    const { body, references } = await list(world, cursor === null ? query : { ...query, cursor });
    found.push(references());
    cursor = body.nextCursor;
  } while (cursor !== null && found.length < 20);
  return found;
};

describe('the list of messages', () => {
  test('shows the newest first, each as a look-up does, and nothing of another app', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    await sendAll(world, [{}, {}, {}]);
    await sendAll(world, [{ reference: 'r1' }], 'desk');
    const { status, body, references } = await list(world);
    expect([status, references(), body.nextCursor]).toEqual([200, ['r2', 'r1', 'r0'], null]);
    expect(body.messages[2]).toMatchObject({ status: 'unknown', safeToResend: false, to: 'AE…01', reference: 'r0' });
    expect((await list(world, {}, { userArn: DESK })).references()).toEqual(['r1']);
    expect((await list(world, { reference: 'r1' }, { userArn: DESK })).body.messages).toHaveLength(1);
    expect((await list(world, { to: SMS.to }, { userArn: DESK })).body.messages).toHaveLength(1);
  });

  test('shows a message without a reference', async () => {
    const world = createWorld();
    const { id } = messageOf(await world.send());
    const { body } = await list(world);
    expect(body.messages).toEqual([expect.objectContaining({ id, reference: null })]);
  });

  test('finds by reference, by number, by both, and by time, of which the end does not count', async () => {
    const world = createWorld();
    const start = world.clock.now();
    const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
    await sendAll(world, [{ reference: 'a' }, { ...ABROAD, reference: 'a' }, { reference: 'b' }, { reference: 'c' }]);
    const found = async (query: Query) => (await list(world, query)).references();
    expect(await found({ reference: 'a' })).toEqual(['a', 'a']);
    expect(await found({ to: ABROAD.to })).toEqual(['a']);
    expect(await found({ to: SMS.to, reference: 'a' })).toEqual(['a']);
    expect(await found({ to: ABROAD.to, reference: 'b' })).toEqual([]);
    expect(await found({ since: at(2) })).toEqual(['c', 'b']);
    expect(await found({ until: at(2) })).toEqual(['a', 'a']);
    expect(await found({ since: at(2), until: at(3) })).toEqual(['b']);
    expect(await found({ to: SMS.to, since: at(3) })).toEqual(['c']);
    expect(await found({ reference: 'nothing' })).toEqual([]);
  });

  test('goes on page by page, each message once, also where several are of one moment', async () => {
    const world = createWorld();
    for (let i = 0; i < 7; i++) await world.send({ ...SMS, reference: `r${i}` }, `same-${i}`);
    world.clock.advance(1);
    await sendAll(world, [{ reference: 'last' }]);
    const found = await pages(world, { limit: '3' });
    expect(found.map(({ length }) => length)).toEqual([3, 3, 2]);
    expect(found.flat().sort()).toEqual(['last', ...Array.from({ length: 7 }, (_, i) => `r${i}`)]);
    expect(found[0]![0]).toBe('last');
    expect((await pages(world, { limit: '4' })).map(({ length }) => length)).toEqual([4, 4]);
  });

  test('goes on although newer messages came and listed ones went', async () => {
    const world = createWorld();
    await sendAll(world, [{}, {}, {}, {}]);
    const first = await list(world, { limit: '2' });
    for (const { id } of first.body.messages) world.table.items.delete(`message#${id}`);
    await sendAll(world, [{ reference: 'new' }]);
    const second = await list(world, { limit: '2', cursor: first.body.nextCursor! });
    expect(second.references()).toEqual(['r1', 'r0']);
  });

  test('has fewer than were asked for, and goes on, where messages went after they were listed', async () => {
    const world = createWorld();
    await sendAll(world, [{}, {}, {}]);
    const late = createMessageList({
      getItems: (pks) => world.table.getItems(pks),
      queryIndex: async (...args) => {
        const found = await world.table.queryIndex(...args);
        world.table.items.delete(found[0]!.pk as string);
        return found;
      },
    });
    const page = await late.newest({ app: 'shop', from: 0 }, 2);
    expect([page.records.map(({ reference }) => reference), page.next !== undefined]).toEqual([['r1'], true]);
  });

  test('leaves out a place that another message has taken under the same id since', async () => {
    const world = createWorld();
    await sendAll(world, [{}]);
    const [[pk, item] = ['', {}]] = [...world.table.items].filter(([key]) => key.startsWith('message#'));
    const stale = createMessageList({
      getItems: (pks) => world.table.getItems(pks),
      queryIndex: async (...args) => {
        const found = await world.table.queryIndex(...args);
        world.table.items.set(pk, { ...item, createdAt: world.clock.now() });
        return found;
      },
    });
    expect((await stale.newest({ app: 'shop', from: 0 }, 2)).records).toEqual([]);
  });

  test('forgets with the ledger what is seven days old, though it is still there', async () => {
    const world = createWorld();
    await sendAll(world, [{}, {}]);
    world.clock.advance(7 * 86_400_000 - 2000);
    expect((await list(world, { since: '2020-01-01T00:00:00Z' })).references()).toEqual(['r1']);
    world.clock.advance(1000);
    expect((await list(world)).references()).toEqual([]);
    expect((await list(world, { until: '2020-01-01T00:00:00Z' })).references()).toEqual([]);
  });

  test('is at its end where a cursor is older than what is kept', async () => {
    const world = createWorld();
    await sendAll(world, [{}, {}]);
    const { body } = await list(world, { limit: '1' });
    world.clock.advance(7 * 86_400_000);
    expect((await list(world, { limit: '1', cursor: body.nextCursor! })).body).toEqual({
      messages: [],
      nextCursor: null,
    });
  });

  test('asks an index once and the table once, whatever it finds', async () => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply) => {
        operations.push(operation);
        return Promise.resolve(apply());
      },
    });
    await sendAll(world, [{}, {}, {}]);
    operations.length = 0;
    await list(world, { to: SMS.to });
    expect(operations).toEqual(['query', 'get-many']);
  });
});

describe('a cursor', () => {
  const cursorOf = async (world: World, query: Query) => (await list(world, { ...query, limit: '1' })).body.nextCursor!;
  const refused = { type: 'urn:keyroom:problem:invalid-request', field: 'cursor', sent: false };

  test('says nothing, not even when', async () => {
    const world = createWorld();
    await sendAll(world, [{}, {}]);
    const bytes = Buffer.from(await cursorOf(world, {}), 'base64url').toString('latin1');
    expect(bytes).not.toMatch(/msg_|\d{10}|shop/);
  });

  test('is refused to another app, for another query and when it was changed', async () => {
    const world = createWorld();
    await sendAll(world, [{ reference: 'a' }, { reference: 'a' }]);
    const since = new Date(world.clock.now() - 60_000).toISOString();
    const cursor = await cursorOf(world, { reference: 'a' });
    expect((await list(world, { reference: 'a', cursor })).status).toBe(200);
    expect((await list(world, { reference: 'a', cursor, limit: '7' })).status).toBe(200);
    const changed = `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`;
    const attempts = await Promise.all([
      list(world, { reference: 'a', cursor }, { userArn: DESK }),
      list(world, { reference: 'b', cursor }),
      list(world, { cursor }),
      list(world, { reference: 'a', since, cursor }),
      list(world, { reference: 'a', until: '2099-01-01T00:00:00Z', cursor }),
      list(world, { reference: 'a', to: SMS.to, cursor }),
      list(world, { reference: 'a', cursor: changed }),
      list(world, { reference: 'a', cursor: cursor.slice(0, -2) }),
      list(world, { reference: 'a', cursor: 'x' }),
    ]);
    for (const { status, body } of attempts) expect([status, body]).toEqual([400, expect.objectContaining(refused)]);
  });
});

describe('the query of a list', () => {
  test.each<[string, Query, string, string]>([
    ['an unknown parameter', { sinse: 'x' }, 'sinse', 'no such parameter'],
    ['a parameter that could be a number', { '+971500000001': '' }, '(unprintable)', 'no such parameter'],
    ['a parameter twice', { reference: ['a', 'b'] }, 'reference', 'once'],
    ['a day without a time', { since: '2026-11-24' }, 'since', 'RFC 3339'],
    ['a time without a zone', { since: '2026-11-24T10:00:00' }, 'since', 'RFC 3339'],
    ['an offset whose plus sign became a blank', { since: '2026-11-24T10:00:00 04:00' }, 'since', '%2B'],
    ['a day that its month lacks', { until: '2026-02-31T10:00:00Z' }, 'until', 'RFC 3339'],
    ['an hour that there is not', { until: '2026-02-01T25:00:00Z' }, 'until', 'RFC 3339'],
    ['a year before there were computers', { since: '1969-01-01T00:00:00Z' }, 'since', 'RFC 3339'],
    [
      'an end that is no later than the beginning',
      { since: '2026-11-24T10:00:00Z', until: '2026-11-24T14:00:00+04:00' },
      'until',
      'after since',
    ],
    ['an empty reference', { reference: '' }, 'reference', '1 to 100'],
    ['a reference that is too long', { reference: 'x'.repeat(101) }, 'reference', '1 to 100'],
    ['a number whose plus sign became a blank', { to: ' 971500000001' }, 'to', '%2B'],
    ['a number in its national form', { to: '0500000001' }, 'to', 'begins with +971'],
    ['a number that cannot exist', { to: '+9715' }, 'to', 'E.164'],
    ['no message', { limit: '0' }, 'limit', 'from 1 to 100'],
    ['too many messages', { limit: '101' }, 'limit', 'from 1 to 100'],
    ['half a message', { limit: '1.5' }, 'limit', 'from 1 to 100'],
    ['no cursor', { cursor: '' }, 'cursor', 'nextCursor'],
  ])('is refused with %s', async (_, query, field, allowed) => {
    const world = createWorld();
    const { status, body } = await list(world, query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: 'urn:keyroom:problem:invalid-request', field, sent: false, retry: 'never' });
    expect(body.allowed).toContain(allowed);
    expect(JSON.stringify(body)).not.toMatch(/0?500000001/);
  });

  test('is told everything that is wrong with it', async () => {
    const { body } = await list(createWorld(), { limit: '0', to: '1', x: '' });
    expect(body.detail).toMatch(/^to: .*; limit: .*; x: no such parameter$/);
  });

  test('may hold a leap day, an offset and parts of a second', async () => {
    const world = createWorld();
    for (const since of ['2024-02-29T00:00:00Z', '2026-11-24T10:00:00.123456+04:00', '2026-11-24t10:00:00z'])
      expect((await list(world, { since })).status).toBe(200);
  });
});

describe('the door of the list', () => {
  test('refuses strangers and browsers', async () => {
    const world = createWorld();
    expect((await list(world, {}, { userArn: null })).status).toBe(403);
    const browser = await list(world, {}, { headers: { Origin: 'https://shop.example' } });
    expect(browser.body.type).toBe('urn:keyroom:problem:browser-caller');
  });

  test('takes a request without a query, as the gateway hands it over', async () => {
    const world = createWorld();
    const { room, clock, log } = world.ports;
    const deps = { room, clock, log, messages: createMessageList(world.table), hashes: () => Promise.resolve(HASHES) };
    const event = { ...doorEvent({ body: null }), multiValueQueryStringParameters: null };
    expect((await createHandler(() => deps)(event)).statusCode).toBe(200);
  });

  test('says what went wrong, and nothing of it: neither a number nor the error', async () => {
    const world = createWorld({ around: () => Promise.reject(new Error('secret +971500000001')) });
    const { status, body } = await list(world, { to: SMS.to });
    expect([status, body.type, body.retry]).toEqual([500, 'urn:keyroom:problem:internal', 'after']);
    expect(JSON.stringify([body, world.logged])).not.toMatch(/secret|0000001/);
  });

  test('says that it could not read its pepper', async () => {
    const world = createWorld();
    const { status, body } = await list(world, {}, {}, null);
    expect([status, body.type, body.retry]).toEqual([500, 'urn:keyroom:problem:internal', 'after']);
    expect(world.logged.at(-1)).toMatchObject({ event: 'list failed', fields: { reason: 'pepper-unreadable' } });
  });
});
