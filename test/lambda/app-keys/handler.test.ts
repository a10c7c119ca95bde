import { ROOM } from '../support/room.ts';
import { awsFailure } from '../support/world.ts';
import { createKeyedRoom, DAY_MS, keyedPolicy, type KeyedRoom } from '../support/keyed-room.ts';

const WEBSITE = { app: 'website' } as const;
const codeOf = async (room: KeyedRoom, command: Parameters<KeyedRoom['command']>[0]) => {
  const result = await room.command(command);
  return result.ok ? 'ok' : result.code;
};
const listed = async (room: KeyedRoom) => {
  const result = await room.command({ action: 'list', ...WEBSITE });
  if (!result.ok) throw new Error(result.code);
  return result.keys;
};
/** Every key that opens the door must be one that people see in the list. */
const unlisted = async (room: KeyedRoom) => {
  const ids = (await listed(room)).map(({ id }) => id);
  return [...room.table.items].filter(
    ([pk, { revokedAt }]) => pk.startsWith('appkey#') && revokedAt === undefined && !ids.some((id) => pk.includes(id)),
  );
};

describe('issue', () => {
  test('makes a key that lives as long and may do as much as the app is granted, and keeps no key', async () => {
    const room = createKeyedRoom();
    const result = await room.command({ action: 'issue', ...WEBSITE });
    expect(result).toMatchObject({
      ok: true,
      key: expect.stringMatching(/^keyroom_test_/) as string,
      keys: [
        { app: 'website', state: 'live', scopes: ['messages:send', 'messages:read'], networks: [], lastUsedAt: null },
      ],
    });
    const [key] = await listed(room);
    expect(Date.parse(key!.validUntil) - Date.parse(key!.createdAt)).toBe(90 * DAY_MS);
    expect(JSON.stringify([...room.table.items])).not.toContain((result.ok ? result.key : undefined) ?? 'no key');
  });

  test('makes two that live, and no third', async () => {
    const room = createKeyedRoom();
    await room.issue();
    await room.issue();
    expect(await codeOf(room, { action: 'issue', ...WEBSITE })).toBe('two-keys-live');
    const [newest] = await listed(room);
    await room.command({ action: 'revoke', ...WEBSITE, keyId: newest!.id });
    await room.issue();
    expect((await listed(room)).filter(({ state }) => state === 'live')).toHaveLength(2);
  });

  test('makes room when one has expired', async () => {
    const room = createKeyedRoom();
    await room.issue({ days: 1 });
    await room.issue();
    room.clock.advance(DAY_MS);
    await expect(room.issue()).resolves.toBeDefined();
  });

  test('keeps to two with twenty callers at once, whatever their order', async () => {
    for (let seed = 0; seed < 20; seed++) {
      let turn = seed;
      const room = createKeyedRoom(async (_operation, apply) => {
        turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
        for (let i = turn % 7; i > 0; i--) await Promise.resolve();
        return apply();
      });
      await Promise.all(Array.from({ length: 20 }, () => room.command({ action: 'issue', ...WEBSITE })));
      expect((await listed(room)).filter(({ state }) => state === 'live').length).toBeLessThanOrEqual(2);
      expect(await unlisted(room)).toEqual([]);
    }
  });

  test('leaves no key behind that nobody has, whichever write is lost', async () => {
    for (let lost = 0; lost < 4; lost++) {
      for (const happened of [true, false]) {
        let write = 0;
        const room = createKeyedRoom((operation, apply) => {
          if (operation === 'get' || write++ !== lost) return Promise.resolve(apply());
          if (happened) apply();
          return Promise.reject(awsFailure('unknown'));
        });
        const result = await room.command({ action: 'issue', ...WEBSITE });
        const live = (await listed(room)).filter(({ state }) => state === 'live');
        expect(live.length).toBe(result.ok ? 1 : 0);
        expect(await unlisted(room)).toEqual([]);
      }
    }
  });

  test('counts a key that may still be on its way, and forgets it when it cannot be any more', async () => {
    const room = createKeyedRoom();
    room.table.items.set('appkeys#website', {
      pk: 'appkeys#website',
      revision: 1,
      keys: [
        { hash: 'a'.repeat(64), listedAt: room.clock.now() },
        { hash: 'b'.repeat(64), listedAt: room.clock.now() },
      ],
    });
    expect(await codeOf(room, { action: 'issue', ...WEBSITE })).toBe('two-keys-live');
    room.clock.advance(5 * 60_000);
    expect(await codeOf(room, { action: 'issue', ...WEBSITE })).toBe('ok');
  });

  test.each([
    ['a scope the app lacks', { scopes: ['usage:read'] }, 'messages:send, messages:read'],
    ['no scope', { scopes: [] }, 'at least one'],
    ['an address', { networks: ['203.0.113.7'] }, 'such as 203.0.113.0/24'],
    ['every network', { networks: ['0.0.0.0/0'] }, 'such as 203.0.113.0/24'],
    ['more days than the app has', { days: 91 }, 'from 1 to 90'],
    ['no day', { days: 0 }, 'from 1 to 90'],
  ])('refuses %s, saying what is allowed', async (_, wanted, allowed) => {
    const room = createKeyedRoom();
    expect(await room.command({ action: 'issue', ...WEBSITE, ...wanted })).toMatchObject({
      ok: false,
      code: 'invalid-command',
      message: expect.stringContaining(allowed) as string,
    });
    expect(room.table.items.size).toBe(0);
  });

  test.each([
    ['an app that signs', 'shop', 'app-without-keys'],
    ['no app', undefined, 'unknown-app'],
    ['an app that is not there', 'constructor', 'unknown-app'],
  ])('refuses %s', async (_, app, code) => {
    expect(await codeOf(createKeyedRoom(), { action: 'issue', ...(app && { app }) })).toBe(code);
  });

  test('makes none while the pepper cannot be read', async () => {
    const room = createKeyedRoom();
    room.state.hashes = undefined;
    expect(await codeOf(room, { action: 'issue', ...WEBSITE })).toBe('pepper-unavailable');
    expect(room.table.items.size).toBe(0);
  });
});

describe('rotate', () => {
  test('makes the successor as narrow as the first, which goes on working, and says when that ends', async () => {
    const room = createKeyedRoom();
    const first = await room.issue({ scopes: ['messages:send'], networks: ['198.51.100.0/24'], days: 30 });
    room.clock.advance(DAY_MS);
    const result = await room.command({ action: 'rotate', ...WEBSITE });
    if (!result.ok) throw new Error(result.code);
    const [next, old] = result.keys;
    expect(next).toMatchObject({ scopes: ['messages:send'], networks: ['198.51.100.0/24'] });
    expect([old!.id, Date.parse(old!.validUntil) - room.clock.now()]).toEqual([first.id, 29 * DAY_MS]);
    for (const key of [first.key, result.key]) expect((await room.ask(key)).effect).toBe('Allow');
  });

  test('refuses where there is no key to replace, and where the successor is there', async () => {
    const room = createKeyedRoom();
    expect(await codeOf(room, { action: 'rotate', ...WEBSITE })).toBe('no-key-live');
    await room.issue();
    await room.issue();
    expect(await codeOf(room, { action: 'rotate', ...WEBSITE })).toBe('two-keys-live');
  });

  test('drops a scope that the app has lost', async () => {
    const room = createKeyedRoom();
    await room.issue();
    room.state.policy = keyedPolicy({ scopes: ['messages:read'] });
    const result = await room.command({ action: 'rotate', ...WEBSITE });
    expect(result).toMatchObject({ ok: true, keys: [{ scopes: ['messages:read'] }, {}] });
  });
});

describe('revoke', () => {
  test('ends one key and leaves the other', async () => {
    const room = createKeyedRoom();
    const [one, two] = [await room.issue(), await room.issue()];
    await room.command({ action: 'revoke', ...WEBSITE, keyId: one.id });
    expect((await room.ask(one.key)).effect).toBe('Deny');
    expect((await room.ask(two.key)).effect).toBe('Allow');
    expect((await listed(room)).map(({ id, state }) => [id, state]).sort()).toEqual(
      [
        [one.id, 'revoked'],
        [two.id, 'live'],
      ].sort(),
    );
  });

  test('ends all of an app, also when the app is gone from the configuration', async () => {
    const room = createKeyedRoom();
    const keys = [await room.issue(), await room.issue()];
    room.state.policy = ROOM;
    expect(await codeOf(room, { action: 'revoke', ...WEBSITE, all: true })).toBe('ok');
    room.state.policy = keyedPolicy();
    for (const { key } of keys) expect((await room.ask(key)).effect).toBe('Deny');
  });

  test('ends the key that was found, without its app', async () => {
    const room = createKeyedRoom();
    const [one, two] = [await room.issue(), await room.issue()];
    expect(await room.command({ action: 'revoke', leaked: ` ${one.key}\n` })).toMatchObject({
      ok: true,
      keys: [{ id: one.id, app: 'website', state: 'revoked' }],
    });
    expect((await room.ask(one.key)).effect).toBe('Deny');
    expect((await room.ask(two.key)).effect).toBe('Allow');
  });

  test('may be repeated, and says when it happened', async () => {
    const room = createKeyedRoom();
    const { id } = await room.issue();
    await room.command({ action: 'revoke', ...WEBSITE, keyId: id });
    expect(await codeOf(room, { action: 'revoke', ...WEBSITE, keyId: id })).toBe('ok');
  });

  test('wins against a key that is still on its way', async () => {
    let hold: (() => void) | undefined;
    const room = createKeyedRoom((operation, apply, pk = '') =>
      operation === 'put' && pk.startsWith('appkey#')
        ? new Promise((resolve) => (hold = () => resolve(apply())))
        : Promise.resolve(apply()),
    );
    const issuing = room.command({ action: 'issue', ...WEBSITE });
    while (hold === undefined) await Promise.resolve();
    const { keys } = room.table.items.get('appkeys#website') as unknown as { keys: { hash: string }[] };
    await room.ledger.revoke(keys[0]!.hash, 'website', room.clock.now());
    hold();
    expect(await issuing).toMatchObject({ ok: false, code: 'keys-changed' });
  });

  test.each([
    ['an id of nobody', { ...WEBSITE, keyId: 'aaaaaaaaaaaa' }],
    ['the beginning of an id', { ...WEBSITE, keyId: '' }],
    ['nothing', WEBSITE],
    ['what is no key', { leaked: 'sk_live_canary4711' }],
  ])('refuses %s and repeats nothing of it', async (_, what) => {
    const room = createKeyedRoom();
    await room.issue();
    const result = await room.command({ action: 'revoke', ...what });
    expect(result).toMatchObject({ ok: false, code: 'unknown-key' });
    expect(JSON.stringify([result, room.logged])).not.toContain('canary4711');
    expect((await listed(room)).map(({ state }) => state)).toEqual(['live']);
  });
});

describe('list and check', () => {
  test('show when a key was last used', async () => {
    const room = createKeyedRoom();
    const { key } = await room.issue();
    room.clock.advance(1000);
    await room.ask(key);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await listed(room))[0]!.lastUsedAt).toBe(new Date(room.clock.now()).toISOString());
  });

  test.each([
    [75, 0],
    [76, 1],
    [90, 0],
  ])('after %i of 90 days %i ends soon', async (days, count) => {
    const room = createKeyedRoom();
    await room.issue();
    room.clock.advance(days * DAY_MS);
    const result = await room.command({ action: 'check' });
    expect([result.ok && result.keys.length, room.emitted]).toEqual([count, [{ AppKeysExpiring: count }]]);
  });

  test('a key with a short life ends soon in its last quarter, and not from its first day', async () => {
    const room = createKeyedRoom();
    await room.issue({ days: 8 });
    await room.command({ action: 'check' });
    room.clock.advance(6 * DAY_MS);
    await room.command({ action: 'check' });
    expect(room.emitted).toEqual([{ AppKeysExpiring: 0 }, { AppKeysExpiring: 1 }]);
  });

  test('a check that cannot look fails, and is not taken for good news', async () => {
    const room = createKeyedRoom(() => Promise.reject(awsFailure('none')));
    await expect(room.command({ action: 'check' })).rejects.toThrow();
    expect(room.emitted).toEqual([]);
  });

  test('an action that is none is refused', async () => {
    expect(await codeOf(createKeyedRoom(), { action: 'constructor' } as never)).toBe('invalid-command');
  });
});
