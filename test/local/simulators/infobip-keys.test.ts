import { at, textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { ANY_TEXT, textLike } from './support/matchers.ts';

const KEYS = '/settings/2/api-keys';
const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const USER = basic(MANAGING.infobip.username, MANAGING.infobip.password);
const ROOM = ['203.0.113.10', '203.0.113.11'];
const SCOPES = ['sms:message:send', 'whatsapp:message:send', 'viber-bm:message:send'];
const REQUEST = { name: 'proxy-2026-01', allowedIPs: ROOM, validTo: '2099-04-01T00:00:00', scopeGuids: SCOPES };

describe('Infobip keys', () => {
  let infobip: Harness;
  beforeAll(async () => {
    infobip = await startHarness('infobip');
  });
  beforeEach(() => infobip.control('POST', '/reset'));
  afterAll(() => infobip.close());

  const create = (json: unknown = REQUEST, authorization = USER) => infobip.api('POST', KEYS, { authorization, json });
  const update = (id: string, json: unknown) => infobip.api('PUT', `${KEYS}/${id}`, { authorization: USER, json });
  const app = ({ body }: { body: unknown }): string => `App ${textAt(body, 'apiKeySecret')}`;
  /** A call that sends nothing and that every sending key may make. */
  const probe = (authorization: string, from = '127.0.0.1') =>
    infobip.api('POST', '/sms/1/preview', { authorization, from, json: { text: 'hello' } });

  test('a key that a person disables in the portal is refused, and counts for no limit of the API', async () => {
    await infobip.control('POST', '/account', { keyChangesPerDay: 1 });
    const created = await create();
    expect((await probe(app(created))).status).toBe(200);
    await infobip.control('POST', '/disable', { credentialId: textAt(created.body, 'id') });
    expect((await probe(app(created))).status).toBe(401);
    expect((await update(textAt(created.body, 'id'), { enabled: false })).status).toBe(200);
  });

  test('creates a key as asked, in the documented form', async () => {
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual({
      ...REQUEST,
      id: textLike(/^[0-9A-F]{32}$/),
      apiKeySecret: textLike(/^[0-9a-f]{32}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      accountId: ANY_TEXT,
      validFrom: textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      enabled: true,
      permissions: ['PUBLIC_API'],
    });
  });

  test('gives a key a year unless told otherwise', async () => {
    const { body } = await create({ name: 'plain' });
    const [from, to] = ['validFrom', 'validTo'].map((name) => Date.parse(`${textAt(body, name)}Z`));
    expect(Number(to) - Number(from)).toBe(365 * 86_400_000);
  });

  test('lists by page, in the order of ids, and reads one', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push(textAt((await create({ name })).body, 'id'));
    const { body } = await infobip.api('GET', `${KEYS}?size=2&page=1`, { authorization: USER });
    expect(at(body, 'apiKeys', 0, 'id')).toBe(ids.toSorted()[2]);
    expect(at(body, 'paging')).toEqual({ page: 1, pageSize: 2, orderDirection: 'asc', totalCount: 3, totalPages: 2 });
    const one = await infobip.api('GET', `${KEYS}/${ids[0] ?? ''}`, { authorization: USER });
    expect(at(one.body, 'name')).toBe('a');
    const named = await infobip.api('GET', `${KEYS}?name=b&enabled=true`, { authorization: USER });
    expect(at(named.body, 'paging', 'totalCount')).toBe(1);
    expect((await infobip.api('GET', `${KEYS}?size=101`, { authorization: USER })).status).toBe(400);
  });

  test('disables a key with a partial update; the other stays alive', async () => {
    const [old, fresh] = [await create(), await create()];
    const { status, body } = await update(textAt(old.body, 'id'), { enabled: false });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: REQUEST.name, allowedIPs: ROOM, enabled: false });
    expect((await probe(app(old))).status).toBe(401);
    expect((await probe(app(fresh))).status).toBe(200);
    expect(await infobip.control('GET', '/credentials')).toMatchObject([
      { state: 'disabled', allowedIps: ROOM, label: REQUEST.name },
      { state: 'active' },
    ]);
  });

  test.each([
    ['no credential', ''],
    ['a wrong password', basic(MANAGING.infobip.username, 'guessed')],
  ])('fails when there is %s', async (_case, authorization) => {
    const { status, body } = await create(REQUEST, authorization);
    expect([status, at(body, 'errorCode')]).toEqual([401, 'E401']);
  });

  test('fails when an API key is used to manage keys, whatever its scopes', async () => {
    const key = await create({ name: 'powerful', scopeGuids: ['account-management:manage'] });
    expect((await create(REQUEST, app(key))).status).toBe(401);
    expect((await infobip.api('GET', KEYS, { authorization: app(key) })).status).toBe(401);
  });

  test.each<[string, unknown, string]>([
    ['there is no name', { allowedIPs: ROOM }, 'name'],
    ['a field is unknown', { ...REQUEST, ips: [] }, 'ips'],
    ['an address is none', { ...REQUEST, allowedIPs: ['203.0.113.300'] }, 'allowedIPs[0]'],
    ['validTo has passed', { ...REQUEST, validTo: '2020-01-01T00:00:00' }, 'validTo'],
    ['validTo is no time', { ...REQUEST, validTo: 'tomorrow' }, 'validTo'],
    ['enabled is set on creation', { ...REQUEST, enabled: true }, 'enabled'],
    [
      'platform meets permissions',
      { name: 'x', platform: [{ applicationId: 'a' }], permissions: ['PUBLIC_API'] },
      'platform',
    ],
  ])('fails when %s', async (_case, json, property) => {
    const { status, body } = await create(json);
    expect([status, at(body, 'errorCode')]).toEqual([400, 'E400']);
    expect(at(body, 'violations')).toContainEqual({ property, violation: ANY_TEXT });
    expect(await infobip.control('GET', '/credentials')).toEqual([]);
  });

  test('fails when a key is to be deleted, or there is none', async () => {
    const id = textAt((await create()).body, 'id');
    expect((await infobip.api('DELETE', `${KEYS}/${id}`, { authorization: USER })).status).toBe(405);
    expect((await update('0'.repeat(32), { enabled: false })).status).toBe(404);
  });

  test('fails when a day has seen 40 creations, or 40 updates; the next day is new', async () => {
    await infobip.control('POST', '/account', { keyChangesPerDay: 2 });
    const id = textAt((await create()).body, 'id');
    expect((await create({})).status).toBe(400);
    const third = await create();
    expect([third.status, at(third.body, 'errorCode')]).toEqual([429, 'E429']);
    const updates = [];
    for (const enabled of [false, true, false]) updates.push((await update(id, { enabled })).status);
    expect(updates).toEqual([200, 200, 429]);
    await infobip.control('POST', '/clock', { advanceSeconds: 86_400 });
    expect((await create()).status).toBe(200);
    expect((await update(id, { enabled: true })).status).toBe(200);
  });

  test('allows 40 of each a day unless told otherwise', async () => {
    expect(await infobip.control('GET', '/account')).toMatchObject({ keyChangesPerDay: 40 });
  });

  describe('use of a key', () => {
    test('works from both egress addresses', async () => {
      const key = app(await create());
      const statuses = await Promise.all(Array.from({ length: 4 }, () => probe(key)));
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const requests = (await infobip.control('GET', '/requests')) as { path: string; source: string }[];
      const sources = requests.filter(({ path }) => path === '/sms/1/preview').map(({ source }) => source);
      expect(new Set(sources)).toEqual(new Set(ROOM));
    });

    test('fails when it comes from elsewhere, and the answer names the address', async () => {
      const key = app(await create());
      const { status, body } = await probe(key, '127.0.0.2');
      expect([status, at(body, 'requestError', 'serviceException', 'messageId')]).toEqual([403, 'FORBIDDEN']);
      expect(textAt(body, 'requestError', 'serviceException', 'text')).toContain('127.0.0.2');
      const sms = { messages: [{ destinations: [{ to: '41790000000' }], content: { text: 'x' } }] };
      const sent = await infobip.api('POST', '/sms/3/messages', { authorization: key, from: '127.0.0.2', json: sms });
      expect([sent.status, at(sent.body, 'errorCode')]).toEqual([403, 'E403']);
    });

    test('follows a change of the allowed addresses', async () => {
      const key = await create();
      await update(textAt(key.body, 'id'), { allowedIPs: ['127.0.0.0/24'] });
      expect((await probe(app(key), '127.0.0.2')).status).toBe(200);
      expect((await probe(app(key))).status).toBe(403);
    });

    test('works from everywhere without a list', async () => {
      const key = app(await create({ name: 'open', scopeGuids: SCOPES }));
      expect((await probe(key, '127.0.0.9')).status).toBe(200);
    });

    test('fails when it has expired, and before it is valid', async () => {
      const expiring = app(await create({ ...REQUEST, validTo: '2098-01-01T00:00:00' }));
      const later = app(await create({ ...REQUEST, validFrom: '2098-01-01T00:00:00' }));
      expect([(await probe(expiring)).status, (await probe(later)).status]).toEqual([200, 401]);
      const seconds = (Date.parse('2098-01-02T00:00:00Z') - Date.now()) / 1000;
      await infobip.control('POST', '/clock', { advanceSeconds: seconds });
      expect([(await probe(expiring)).status, (await probe(later)).status]).toEqual([401, 200]);
      expect(await infobip.control('GET', '/credentials')).toMatchObject([{ state: 'expired' }, { state: 'active' }]);
    });

    test('fails when the scope is another channel’s', async () => {
      const key = app(await create({ ...REQUEST, scopeGuids: ['whatsapp:message:send'] }));
      expect((await probe(key)).status).toBe(403);
    });

    test('fails when a sending key asks for the balance; the portal user may', async () => {
      const key = app(await create());
      expect((await infobip.api('GET', '/account/1/balance', { authorization: key })).status).toBe(403);
      expect((await infobip.api('GET', '/account/1/balance', { authorization: 'App guessed' })).status).toBe(401);
      expect((await infobip.api('GET', '/account/1/balance', { authorization: USER })).body).toEqual({
        balance: 1000,
        currency: 'EUR',
      });
    });

    test('has every scope when none was asked for', async () => {
      const key = app(await create({ name: 'everything' }));
      expect((await infobip.api('GET', '/account/1/balance', { authorization: key })).status).toBe(200);
    });

    test('starts and ends after the propagation delay', async () => {
      await infobip.control('POST', '/account', { propagationSeconds: 20 });
      const key = await create();
      expect((await probe(app(key))).status).toBe(401);
      await infobip.control('POST', '/clock', { advanceSeconds: 21 });
      expect((await probe(app(key))).status).toBe(200);
      await update(textAt(key.body, 'id'), { enabled: false });
      expect((await probe(app(key))).status).toBe(200);
      await infobip.control('POST', '/clock', { advanceSeconds: 21 });
      expect((await probe(app(key))).status).toBe(401);
    });
  });
});
