import { newAppKey } from '../../../lambda/shared/app-key.ts';
import { awsFailure } from '../support/world.ts';
import { createKeyedRoom, DAY_MS, keyedPolicy, type KeyedRoom } from '../support/keyed-room.ts';

const BROWSER = { headers: { Origin: 'https://shop.example' } };
const READ = { httpMethod: 'GET', resource: '/v1/messages/{id}' };

const denied = async (room: KeyedRoom, ...args: Parameters<KeyedRoom['ask']>): Promise<unknown> => {
  const { effect, context } = await room.ask(...args);
  expect([effect, context]).toEqual(['Deny', expect.not.objectContaining({ app: expect.anything() as unknown })]);
  return context?.detail;
};

describe('the authorizer of the key door', () => {
  test('lets a live key do what it is for, with a policy for exactly that method, and names the app', async () => {
    const room = createKeyedRoom();
    const { key, id } = await room.issue();
    const { answer } = await room.ask(key);
    expect(answer).toEqual({
      principalId: 'website',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-central-1:111111111111:api/keyed/POST/v1/messages',
          },
        ],
      },
      context: { app: 'website', appKeyId: id },
    });
  });

  test.each([
    ['nothing', undefined],
    ['something else', 'x'],
    ['a key that nobody issued', newAppKey('test').reveal()],
    ['a key of another kind', newAppKey('live').reveal()],
  ])('answers %s with 401', async (_, key) => {
    await expect(createKeyedRoom().ask(key)).rejects.toThrow(/^Unauthorized$/);
  });

  test('asks nobody about what cannot be a key', async () => {
    const asked: string[] = [];
    const room = createKeyedRoom((operation, apply) => {
      asked.push(operation);
      return Promise.resolve(apply());
    });
    const { key } = await room.issue();
    asked.length = 0;
    await room.ask(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')).catch(() => undefined);
    expect(asked).toEqual([]);
  });

  test('refuses a revoked key at the next request, also in a warm environment', async () => {
    const room = createKeyedRoom();
    const { key, id } = await room.issue();
    expect((await room.ask(key)).effect).toBe('Allow');
    await room.command({ action: 'revoke', app: 'website', keyId: id });
    expect(await denied(room, key)).toBe('It was revoked.');
    expect(room.logged.at(-1)).toEqual({
      event: 'app key refused',
      fields: { requestId: 'request-1', app: 'website', appKeyId: id, reason: 'revoked' },
    });
  });

  test('refuses a key from the moment of its end', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue({ days: 1 });
    room.clock.advance(DAY_MS - 1);
    expect((await room.ask(key)).effect).toBe('Allow');
    room.clock.advance(1);
    expect(await denied(room, key)).toBe('It has expired.');
  });

  test('tells people of a live key that comes from a browser, and refuses it', async () => {
    const room = createKeyedRoom();
    const { key, id } = await room.issue();
    expect(await denied(room, key, BROWSER)).toMatch(/from a browser/);
    expect(room.emitted).toEqual([{ BrowserWithKey: 1 }]);
    expect(room.logged.at(-1)?.fields).toMatchObject({ app: 'website', appKeyId: id, reason: 'browser' });
  });

  test('tells nobody of a browser with a dead key or none, which anybody can make up', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    await room.command({ action: 'revoke', app: 'website', all: true });
    await room.ask(key, BROWSER);
    await room.ask(newAppKey('test').reveal(), BROWSER).catch(() => undefined);
    await room.ask(undefined, BROWSER).catch(() => undefined);
    expect(room.emitted).toEqual([]);
  });

  test("refuses other networks than the key's, and other networks than the app's", async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue({ networks: ['203.0.113.0/24'] });
    expect((await room.ask(key, { from: '203.0.113.9' })).effect).toBe('Allow');
    expect(await denied(room, key, { from: '198.51.100.7' })).toBe('It may not be used from this network.');
    const wide = await room.issue();
    room.state.policy = keyedPolicy({ allowedNetworks: ['192.0.2.0/24'] });
    expect(await denied(room, wide.key, { from: '203.0.113.9' })).toBe('It may not be used from this network.');
    expect((await room.ask(wide.key, { from: '192.0.2.1' })).effect).toBe('Allow');
    expect(await denied(room, key, { from: '203.0.113.9' })).toBe('It may not be used from this network.');
  });

  test('refuses what the key, or the app, has no scope for', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue({ scopes: ['messages:read'] });
    expect((await room.ask(key, READ)).effect).toBe('Allow');
    expect(await denied(room, key)).toBe('It lacks the scope for this request.');
    const both = await room.issue();
    room.state.policy = keyedPolicy({ scopes: ['messages:send'] });
    expect(await denied(room, both.key, READ)).toBe('It lacks the scope for this request.');
    expect((await room.ask(both.key)).effect).toBe('Allow');
  });

  test.each([
    ['DELETE', '/v1/messages/{id}'],
    ['GET', '/v1/usage'],
    ['POST', '/constructor'],
  ])('refuses %s %s, which no scope of the key is for', async (httpMethod, resource) => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    expect(await denied(room, key, { httpMethod, resource })).toBe('It lacks the scope for this request.');
  });

  test('refuses the keys of an app that has none any more, or is gone', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    const { website, ...others } = keyedPolicy().apps;
    room.state.policy = { ...keyedPolicy(), apps: { ...others, kiosk: website! } };
    expect(await denied(room, key)).toBe('Its app has no keys any more.');
  });

  test('fails, and so lets nobody in, while the ledger or the pepper cannot be read', async () => {
    const failing = { now: false };
    const room = createKeyedRoom((_operation, apply) =>
      failing.now ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    );
    const { key } = await room.issue();
    failing.now = true;
    await expect(room.ask(key)).rejects.toThrow('cannot be checked now');
    failing.now = false;
    room.state.hashes = undefined;
    await expect(room.ask(key)).rejects.toThrow('cannot be checked now');
  });

  test('writes no key into its log', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    await room.ask(key, BROWSER);
    await room.ask(key);
    await room.command({ action: 'revoke', leaked: key });
    await room.ask(key);
    expect(JSON.stringify([room.logged, [...room.table.items]])).not.toContain(key.slice(13, -6));
  });
});

describe('the last use of a key', () => {
  const uses = (room: KeyedRoom) => [...room.table.items.values()].filter(({ usedAt }) => usedAt !== undefined);
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test('is noted at most every five minutes', async () => {
    const writes: string[] = [];
    const room = createKeyedRoom((operation, apply) => {
      writes.push(operation);
      return Promise.resolve(apply());
    });
    const { key } = await room.issue();
    writes.length = 0;
    for (let i = 0; i < 3; i++) await room.ask(key);
    await settled();
    expect(writes.filter((operation) => operation === 'update')).toHaveLength(1);
    room.clock.advance(5 * 60_000);
    await room.ask(key);
    await settled();
    expect(writes.filter((operation) => operation === 'update')).toHaveLength(2);
    expect(uses(room)).toEqual([expect.objectContaining({ usedAt: room.clock.now() })]);
  });

  test('is waited for by nobody, and a failure is made up for by the next use', async () => {
    const updates: (() => void)[] = [];
    const room = createKeyedRoom((operation, apply) =>
      operation === 'update'
        ? new Promise((_resolve, reject) => updates.push(() => reject(awsFailure('unknown'))))
        : Promise.resolve(apply()),
    );
    const { key } = await room.issue();
    expect((await room.ask(key)).effect).toBe('Allow');
    expect(updates).toHaveLength(1);
    updates[0]!();
    await settled();
    await room.ask(key);
    expect(updates).toHaveLength(2);
  });

  test('is not noted for a request that was refused', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    await room.ask(key, BROWSER);
    await settled();
    expect(uses(room)).toEqual([]);
  });
});
