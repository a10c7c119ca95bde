import { randomUUID } from 'node:crypto';

import { createTestRoom, PREFIX, type TestRoom } from './support/room.ts';

type Provider = 'infobip' | 'twilio';
const PROVIDERS: readonly Provider[] = ['infobip', 'twilio'];

/** A key that somebody makes with the room's managing credential, outside the room. @returns its id */
const makeOutside = async (room: TestRoom, name = 'newsletter'): Promise<string> => {
  const { value } = (await room.managing.get('AWSCURRENT'))!;
  const binding = { allowedAddresses: ['198.51.100.7'], channels: ['sms'] as const, validUntil: room.now() + 1e9 };
  return (await room.keys.provider.create(value, { name, ...binding })).providerKeyId!;
};

/** A room whose customer had a key before. @returns also the id of that key */
const withOwnKey = async (provider: Provider) => {
  const room = createTestRoom(provider);
  // The credential is known before the room has it: the customer's own.
  await room.managing.put('customer', (await candidateOf(room)).value, ['AWSCURRENT']);
  const own = await makeOutside(room);
  await room.command('import');
  return { room, own };
};

const candidateOf = async (room: TestRoom) => {
  await room.putCandidate();
  return (await room.inbox.get('AWSCURRENT'))!;
};

const foreignOf = async (room: TestRoom) => {
  const result = await room.command('status');
  return result.ok ? result.foreignKeys : [];
};
const idsOf = async (room: TestRoom, wanted: 'accepted' | 'unknown') =>
  (await foreignOf(room)).filter(({ state }) => state === wanted).map(({ providerKeyId }) => providerKeyId);
const lastCount = (room: TestRoom) => room.emitted.findLast((values) => 'UnknownKeys' in values)?.UnknownKeys;
const canSend = async (room: TestRoom) =>
  room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, room.keys.settings.channels);
const stateAtProvider = (room: TestRoom, wanted: string) =>
  room.simulator.credentials().find(({ id }) => id === wanted)?.state;

describe.each(PROVIDERS)('%s: keys that no room made', (provider) => {
  test('are the customer’s own when they live at the import, and stay untouched', async () => {
    const { room, own } = await withOwnKey(provider);
    expect(await idsOf(room, 'accepted')).toContain(own);
    await room.rotate();
    room.advance(901);
    await room.command('sweep');
    expect([lastCount(room), await idsOf(room, 'unknown'), stateAtProvider(room, own)]).toEqual([0, [], 'active']);
  });

  test('are an incident when they come later: counted by every sweep, logged, shown, and untouched', async () => {
    const { room } = await withOwnKey(provider);
    await room.command('sweep');
    room.advance(7200);
    const stranger = await makeOutside(room, 'sms-test');
    const before = room.now();
    for (let sweep = 0; sweep < 2; sweep += 1) {
      const counted = room.total('UnknownKeys');
      expect(await room.command('sweep')).toMatchObject({ ok: true });
      expect(room.total('UnknownKeys') - counted).toBe(1);
      room.advance(3600);
    }
    const [unknown] = await foreignOf(room);
    expect(unknown).toMatchObject({ providerKeyId: stranger, state: 'unknown' });
    expect(Date.parse(unknown!.seenAt!) - before).toBeLessThan(5000);
    // Infobip does not tell when a key was made.
    expect(unknown!.createdAt?.slice(0, 13)).toBe(provider === 'twilio' ? '2026-11-01T10' : undefined);
    const logged = room.logged.filter(({ event }) => event === 'unknown key at the provider');
    expect(logged.map(({ fields }) => fields?.providerKeyId)).toEqual([stranger, stranger]);
    expect(stateAtProvider(room, stranger)).toBe('active');
  });

  test('stay an incident when another credential is imported: the baseline is taken once', async () => {
    const { room } = await withOwnKey(provider);
    const stranger = await makeOutside(room);
    await room.putCandidate();
    await room.command('import');
    await room.command('sweep');
    expect([lastCount(room), await idsOf(room, 'unknown')]).toEqual([1, [stranger]]);
  });

  test('are forgotten once the provider lists them no more', async () => {
    const { room } = await withOwnKey(provider);
    const stranger = await makeOutside(room);
    await room.command('sweep');
    await room.keys.provider.revoke((await room.managing.get('AWSCURRENT'))!.value, stranger);
    await room.command('sweep');
    expect([lastCount(room), await idsOf(room, 'unknown')]).toEqual([0, []]);
  });

  test('are no incident when a sibling room’s rotation made them', async () => {
    const { room } = await withOwnKey(provider);
    await makeOutside(room, `keyroom-test-notices-${randomUUID()}`);
    await room.command('sweep');
    expect(lastCount(room)).toBe(0);
  });

  test.each([
    ['of a room that is not configured', `keyroom-test-other-${randomUUID()}`],
    ['of another environment', `keyroom-prod-notices-${randomUUID()}`],
    ['of ours, without a token', `${PREFIX}spare`],
  ])('are an incident under a name %s', async (_, name) => {
    const { room } = await withOwnKey(provider);
    const stranger = await makeOutside(room, name);
    await room.command('sweep');
    expect([await idsOf(room, 'unknown'), stateAtProvider(room, stranger)]).toEqual([[stranger], 'active']);
  });

  test.each(['AWSCURRENT', 'AWSPREVIOUS'])('are disabled under the very name of the key that is %s', async (stage) => {
    const { room } = await withOwnKey(provider);
    await room.rotate();
    room.advance(901);
    await room.command('sweep');
    const stranger = await makeOutside(room, `${PREFIX}${room.sending.holder(stage)!}`);
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect([room.total('OrphanKeys'), await canSend(room)]).toEqual([1, 'ok']);
    expect(stateAtProvider(room, stranger)).not.toBe('active');
  });

  test('do not keep a rotation waiting under the name of an old key', async () => {
    const { room } = await withOwnKey(provider);
    await room.rotate();
    room.advance(901);
    await room.command('sweep');
    await makeOutside(room, `${PREFIX}${room.sending.holder('AWSPREVIOUS')!}`);
    expect([await room.rotate(), room.total('OrphanKeys')]).toEqual(['done', 1]);
  });

  test('are accepted by a person, one by one and once', async () => {
    const { room } = await withOwnKey(provider);
    const [first, second] = [await makeOutside(room), await makeOutside(room)];
    await room.command('sweep');
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await room.command('accept-key', { providerKeyId: first })).toMatchObject({ ok: true });
    }
    await room.command('sweep');
    expect([lastCount(room), await idsOf(room, 'unknown')]).toEqual([1, [second]]);
    expect((await idsOf(room, 'accepted')).filter((id) => id === first)).toEqual([first]);
  });

  test('fail to be accepted before a sweep has seen them', async () => {
    const { room } = await withOwnKey(provider);
    const stranger = await makeOutside(room);
    for (const more of [{ providerKeyId: stranger }, {}]) {
      expect(await room.command('accept-key', more)).toMatchObject({ ok: false, code: 'key-not-unknown' });
    }
  });
});

describe('the memory of keys that no room made', () => {
  test('starts with the first sweep of a room that is older than it', async () => {
    const { room, own } = await withOwnKey('infobip');
    const item = room.table.items.get('rotation#sending')!;
    const older = { ...(JSON.parse(item.state as string) as object), foreignKeys: undefined };
    room.table.items.set('rotation#sending', { ...item, state: JSON.stringify(older) });
    await room.command('sweep');
    expect([lastCount(room), await idsOf(room, 'accepted')]).toEqual([0, [own]]);
  });

  test('fails to grow beyond a thousand accepted keys, and says what to do; dead ones make room', async () => {
    const { room } = await withOwnKey('infobip');
    const filled = async (accepted: readonly string[]) => {
      const state = await room.keys.state.read();
      await room.keys.state.write({ ...state, foreignKeys: { accepted, unknown: [] } }, state);
    };
    const stranger = await makeOutside(room);
    await filled(Array.from({ length: 999 }, (_, index) => `gone-${index}`));
    await room.command('sweep');
    const unknown = await idsOf(room, 'unknown');
    expect(unknown).toContain(stranger);
    expect(await room.command('accept-key', { providerKeyId: unknown[0]! })).toMatchObject({ ok: true });
    const full = await room.command('accept-key', { providerKeyId: unknown[1]! });
    expect(full).toMatchObject({ ok: false, code: 'too-many-accepted-keys', fix: expect.any(String) as string });
    await room.command('sweep');
    expect(await idsOf(room, 'accepted')).toEqual([unknown[0]]);
    expect(await room.command('accept-key', { providerKeyId: unknown[1]! })).toMatchObject({ ok: true });
  });

  test('knows every managing key of Twilio that an importer brought', async () => {
    const { room } = await withOwnKey('twilio');
    const first = room.simulator.account().managing as { apiKeySid: string };
    await room.command('sweep');
    expect(await idsOf(room, 'accepted')).toContain(first.apiKeySid);
  });
});

describe('a sweep that only looks', () => {
  test('counts once what it has to look at twice', async () => {
    const { room } = await withOwnKey('infobip');
    await makeOutside(room);
    await room.rotate();
    room.advance(901);
    const before = room.emitted.length;
    await room.command('sweep');
    expect(room.emitted.slice(before).filter((values) => 'UnknownKeys' in values)).toHaveLength(1);
    expect(room.logged.filter(({ event }) => event === 'unknown key at the provider')).toHaveLength(1);
  });

  test('asks the provider for its keys once', async () => {
    let lists = 0;
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) => {
        if (request.method === 'GET') lists += 1;
        return http(request);
      },
    });
    await room.putCandidate();
    await room.command('import');
    await room.command('sweep');
    lists = 0;
    await room.command('sweep');
    expect(lists).toBe(1);
  });
});
