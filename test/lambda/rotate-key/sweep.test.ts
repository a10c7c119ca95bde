import { createTestRoom, PREFIX, type TestRoom } from './support/room.ts';

const imported = async (...options: Parameters<typeof createTestRoom>): Promise<TestRoom> => {
  const room = createTestRoom(...options);
  await room.putCandidate();
  await room.command('import');
  return room;
};

const active = (room: TestRoom) => room.simulator.credentials().filter(({ state }) => state === 'active');
const reportOf = async (room: TestRoom, versionId: string) => {
  const result = await room.command('status');
  return result.ok ? result.credentials.find((key) => key.versionId === versionId) : undefined;
};
const stateOf = async (room: TestRoom, versionId: string) => (await reportOf(room, versionId))?.state;
const sinceOf = async (room: TestRoom, versionId: string) => (await reportOf(room, versionId))?.since;

describe('sweep', () => {
  test('lets an old key live through its grace period, then revokes it and proves it dead', async () => {
    const room = await imported('infobip');
    const old = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    room.advance(800);
    await room.command('sweep');
    expect([active(room).length, await stateOf(room, old)]).toEqual([2, 'draining']);
    room.advance(101);
    const result = await room.command('sweep');
    expect(result).toMatchObject({
      ok: true,
      steps: ['The old key was revoked, and the provider refused it when asked.'],
    });
    expect([active(room).length, await stateOf(room, old)]).toEqual([1, 'dead']);
    expect(room.sending.holder('KEYROOM_DRAINING')).toBeUndefined();
    expect(room.total('KeyProvedDead')).toBe(1);
    await room.command('sweep');
    expect(room.total('KeyProvedDead')).toBe(1);
    expect(await room.rotate()).toBe('done');
  });

  test('fails to call a key dead while the provider still takes it, and asks again next time', async () => {
    const room = await imported('infobip');
    const old = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    const since = await sinceOf(room, old);
    room.advance(901);
    room.simulator.changeAccount({ propagationSeconds: 600 });
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(await stateOf(room, old)).toBe('draining');
    expect(await sinceOf(room, old)).toBe(since);
    expect(room.total('KeyProvedDead')).toBe(0);
    room.advance(601);
    await room.command('sweep');
    expect(await stateOf(room, old)).toBe('dead');
  });

  describe('a revoked key that nobody can show to be dead', () => {
    const HOURS = 3600;
    /** An old key whose check is answered from now on as given; calls that manage keys still work. */
    const drained = async (status: number, body: string, takesRevoke = true) => {
      let draining = false;
      const room = await imported('infobip', {
        secret: (secret) => secret,
        table: (table) => table,
        http: (http) => (request) => {
          if (draining && String(request.url).endsWith('/preview')) {
            return Promise.resolve({ kind: 'response', status, headers: {}, body });
          }
          if (!takesRevoke && request.method === 'PUT') {
            return Promise.resolve({ kind: 'response', status: 200, headers: {}, body: '{}' });
          }
          return http(request);
        },
      });
      const old = room.sending.holder('AWSCURRENT')!;
      await room.rotate();
      draining = true;
      room.advance(901);
      await room.command('sweep');
      const recover = () => {
        draining = false;
      };
      return { room, old, recover };
    };
    const FOREIGN_ADDRESS = 'API key must not be used from IP address 198.51.100.7.';

    test.each([
      ['the address is refused', 403, FOREIGN_ADDRESS],
      ['it lacks the scope', 403, 'Forbidden'],
      ['the provider fails', 500, ''],
    ])('is given up four hours after its grace period, and rotations go on: %s', async (_, status, body) => {
      const { room, old, recover } = await drained(status, body);
      room.advance(4 * HOURS - 60);
      await room.command('sweep');
      expect([await stateOf(room, old), room.total('KeyNotProvablyDead')]).toEqual(['draining', 0]);
      room.advance(60);
      await room.command('sweep');
      await room.command('sweep');
      expect(await stateOf(room, old)).toBe('not-provably-dead');
      expect([room.total('KeyNotProvablyDead'), room.total('KeyProvedDead')]).toEqual([1, 0]);
      expect(room.logged.some(({ event }) => event === 'old key not provably dead')).toBe(true);
      recover();
      expect(await room.rotate()).toBe('done');
    });

    test('fails to be given up while the provider still takes it', async () => {
      const { room, old } = await drained(200, '{}');
      room.advance(5 * HOURS);
      await room.command('sweep');
      expect([await stateOf(room, old), room.total('KeyNotProvablyDead')]).toEqual(['draining', 0]);
    });

    test('fails to be given up while the provider still lists it as enabled', async () => {
      const { room, old } = await drained(403, FOREIGN_ADDRESS, false);
      room.advance(5 * HOURS);
      await room.command('sweep');
      expect([await stateOf(room, old), room.total('KeyNotProvablyDead')]).toEqual(['draining', 0]);
    });
  });

  test('counts a D7 token once that a crash left with its label', async () => {
    let isCrashing = false;
    const room = await imported('d7', {
      table: (table) => table,
      http: (http) => http,
      secret: (secret) => ({
        ...secret,
        moveStage: (stage, move) => {
          if (!isCrashing || stage !== 'KEYROOM_DRAINING') return secret.moveStage(stage, move);
          isCrashing = false;
          return Promise.reject(new Error('crashed'));
        },
      }),
    });
    const old = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    room.advance(901);
    isCrashing = true;
    await room.command('sweep');
    for (let sweep = 0; sweep < 2; sweep += 1) {
      expect(await room.command('sweep')).toMatchObject({ ok: true });
      room.advance(901);
    }
    expect([await stateOf(room, old), room.total('KeyNotProvablyDead')]).toEqual(['not-provably-dead', 1]);
    expect(room.sending.holder('KEYROOM_DRAINING')).toBeUndefined();
  });

  test('reports a D7 token as not provably dead, once', async () => {
    const room = await imported('d7');
    const old = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    room.advance(901);
    await room.command('sweep');
    await room.command('sweep');
    expect(await stateOf(room, old)).toBe('not-provably-dead');
    expect(room.total('KeyNotProvablyDead')).toBe(1);
    expect(active(room).length).toBe(2);
  });

  test('begins a grace period that nobody remembers instead of revoking at once', async () => {
    const room = await imported('infobip');
    await room.rotate();
    room.advance(5000);
    room.table.items.clear();
    await room.command('sweep');
    expect(active(room).length).toBe(2);
    room.advance(901);
    await room.command('sweep');
    expect(active(room).length).toBe(1);
  });

  test('fails to retire a key that somebody made current again', async () => {
    const room = await imported('infobip');
    const old = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    await room.sending.moveStage('AWSCURRENT', { to: old, from: room.sending.holder('AWSCURRENT')! });
    room.advance(901);
    await room.command('sweep');
    room.advance(901);
    await room.command('sweep');
    expect(await room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, ['sms'])).toBe('ok');
    expect(room.sending.holder('AWSCURRENT')).toBe(old);
    expect(active(room).length).toBe(1);
    expect(room.total('KeyNotProvablyDead')).toBe(0);
  });

  test('fails to retire the current key even when its label cannot be taken off', async () => {
    const room = await imported('infobip', {
      http: (http) => http,
      table: (table) => table,
      secret: (secret) => ({
        ...secret,
        moveStage: (stage, move) =>
          stage === 'KEYROOM_DRAINING' && move.to === undefined
            ? Promise.reject(new Error('no way'))
            : secret.moveStage(stage, move),
      }),
    });
    await room.rotate();
    const old = room.sending.holder('AWSPREVIOUS')!;
    await room.sending.moveStage('AWSCURRENT', { to: old, from: room.sending.holder('AWSCURRENT')! });
    room.advance(901);
    expect(await room.command('sweep')).toMatchObject({ ok: false, code: 'internal' });
    expect(await room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, ['sms'])).toBe('ok');
  });

  test('disables and counts own keys that no version explains', async () => {
    const room = await imported('infobip');
    await room.keys.provider.create((await room.managing.get('AWSCURRENT'))!.value, {
      name: `${PREFIX}0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d`,
      allowedAddresses: ['203.0.113.10'],
      channels: ['sms'],
      validUntil: room.now() + 1e9,
    });
    await room.command('sweep');
    expect(active(room).length).toBe(1);
    expect(room.total('OrphanKeys')).toBe(1);
  });

  test('fails to disable the key in use, even under a name that nothing explains', async () => {
    const room = await imported('infobip');
    const { value } = (await room.sending.get('AWSCURRENT'))!;
    const other = '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d';
    // Somebody stored the key again by hand, under a version of its own.
    await room.sending.put(other, value, ['AWSPENDING']);
    await room.sending.moveStage('AWSCURRENT', { to: other, from: room.sending.holder('AWSCURRENT')! });
    await room.sending.moveStage('AWSPREVIOUS', { from: room.sending.holder('AWSPREVIOUS')! });
    await room.command('sweep');
    expect(active(room).length).toBe(1);
  });

  test.each(['d7', 'infobip'] as const)(
    '%s: cleans up a rotation that is stuck for an hour, so that the next one runs',
    async (provider) => {
      const room = await imported(provider);
      room.simulator.changeAccount({ propagationSeconds: 5000 });
      expect(await room.rotate()).toBe('pending-key-refused');
      room.simulator.changeAccount({ propagationSeconds: 0 });
      await room.command('sweep');
      expect(room.sending.holder('AWSPENDING')).toBeDefined();
      room.advance(3601);
      expect(await room.command('sweep')).toMatchObject({ ok: true });
      expect(room.sending.holder('AWSPENDING')).toBeUndefined();
      const gone = provider === 'd7' ? ['not-provably-dead'] : [];
      const status = await room.command('status');
      expect(status.ok && status.credentials.map(({ state }) => state)).toEqual([...gone, 'active']);
      if (provider === 'infobip') expect(active(room).length).toBe(1);
      expect(await room.rotate()).toBe('done');
    },
  );

  test('cleans up an empty pending version that no step ever saw', async () => {
    const room = await imported('infobip');
    room.sending.beginRotation('0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d');
    await room.command('sweep');
    room.advance(3601);
    await room.command('sweep');
    expect(room.sending.holder('AWSPENDING')).toBeUndefined();
  });

  test('fails to call a rotation stuck whose AWSPENDING stayed on the current version', async () => {
    const room = await imported('infobip');
    await room.sending.moveStage('AWSPENDING', { to: room.sending.holder('AWSCURRENT')! });
    room.advance(3601);
    await room.command('sweep');
    expect(room.total('RotationFailed')).toBe(0);
    expect(room.sending.holder('AWSPENDING')).toBeUndefined();
  });

  test('measures the age of the current key', async () => {
    const room = await imported('infobip');
    room.advance(7200);
    await room.command('sweep');
    expect(room.emitted.findLast((values) => 'KeyAgeHours' in values)?.KeyAgeHours).toBeCloseTo(2, 1);
  });

  test('replaces a D7 token at half its life, and not before', async () => {
    const room = await imported('d7');
    const started: string[] = [];
    room.sending.onRotate = (token) => void started.push(token);
    room.advance(86_400 / 2 - 60);
    await room.command('sweep');
    expect(started).toEqual([]);
    room.advance(60);
    await room.command('sweep');
    expect(started.length).toBe(1);
    // It has begun and not finished: the next sweep does not start another.
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(started.length).toBe(1);
  });

  test('one part’s failure keeps no other from running, and is reported', async () => {
    let refuseList = false;
    const room = await imported('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        refuseList && request.method === 'GET'
          ? Promise.resolve({ kind: 'no-answer', cause: 'timeout' })
          : http(request),
    });
    await room.rotate();
    room.advance(901);
    refuseList = true;
    expect(await room.command('sweep')).toMatchObject({ ok: false, code: 'provider-unreachable' });
    expect(active(room).length).toBe(1);
    expect(room.total('KeyProvedDead')).toBe(1);
  });
});

describe('rotate', () => {
  test('starts a rotation and returns', async () => {
    const room = await imported('infobip');
    const started: string[] = [];
    room.sending.onRotate = (token) => void started.push(token);
    expect(await room.command('rotate')).toMatchObject({ ok: true });
    expect(started).toEqual([room.sending.holder('AWSPENDING')]);
  });

  test('ends one that was begun more than an hour ago and did not finish, and not a moment sooner', async () => {
    const room = await imported('infobip');
    const stuck = room.beginRotation();
    await room.step('createSecret', stuck);
    room.advance(3599);
    expect(await room.command('rotate')).toMatchObject({ ok: false, code: 'rotation-in-progress' });
    room.advance(60);
    expect(await room.command('rotate')).toMatchObject({
      ok: true,
      steps: [expect.stringContaining('did not finish'), expect.stringContaining('has begun')],
    });
    expect(room.sending.holder('AWSPENDING')).not.toBe(stuck);
    expect(room.total('RotationFailed')).toBe(1);
  });

  test('leaves one alone that a step is at work on', async () => {
    const room = await imported('infobip');
    await room.step('createSecret', room.beginRotation());
    room.advance(3700);
    const state = await room.keys.state.read();
    const until = new Date(room.now() + 20_000).toISOString();
    await room.keys.state.write({ ...state, claim: { by: 'someone', until } }, state);
    expect(await room.command('rotate')).toMatchObject({ ok: false, code: 'rotation-in-progress' });
  });

  test.each([
    ['the room has no key', 'room-has-no-key'],
    ['a rotation has not finished', 'rotation-in-progress'],
    ['the old key still drains', 'old-key-still-draining'],
    ['rotation is off', 'rotation-not-enabled'],
  ])('fails when %s, and says what to do', async (_, code) => {
    const room = code === 'room-has-no-key' ? createTestRoom('infobip') : await imported('infobip');
    if (code === 'rotation-in-progress') room.sending.beginRotation('0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d');
    if (code === 'old-key-still-draining') await room.rotate();
    if (code === 'rotation-not-enabled') room.sending.rotationEnabled = false;
    const result = await room.command('rotate');
    expect(result).toMatchObject({ ok: false, code, fix: expect.stringMatching(/\.$/) as string });
    if (code === 'old-key-still-draining' && !result.ok) expect(result.message).toMatch(/until 2026-11-01T08:15/);
  });
});

describe('status', () => {
  test('changes nothing', async () => {
    const room = await imported('infobip');
    const before = JSON.stringify([...room.table.items]);
    expect(await room.command('status')).toMatchObject({ ok: true, credentials: [{ state: 'active' }] });
    expect(JSON.stringify([...room.table.items])).toBe(before);
  });
});
