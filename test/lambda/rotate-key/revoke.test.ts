import { consoleOf } from './support/console.ts';
import type { TestRoom } from './support/room.ts';
import { canSend, closable, imported, prepared, tokens } from './support/standby.ts';

const DUAL_KEY = ['infobip', 'twilio'] as const;

const stateOf = async (room: TestRoom, versionId: string) => {
  const status = await room.command('status');
  return status.ok ? status.credentials.find((key) => key.versionId === versionId)?.state : status.code;
};
const livingKeys = (room: TestRoom) =>
  room.simulator
    .credentials()
    .filter(({ state, label }) => state === 'active' && label.startsWith('keyroom-test-otp-'));

describe.each(DUAL_KEY)('%s: a key that has leaked', (provider) => {
  /** A room with two living keys: the one in use, and one that drains. */
  const leaked = async (...options: Parameters<typeof imported> extends [unknown, ...infer Rest] ? Rest : never) => {
    const room = await imported(provider, ...options);
    await room.rotate();
    const versions = [room.sending.holder('AWSCURRENT')!, room.sending.holder('KEYROOM_DRAINING')!];
    return { room, versions };
  };

  test('is proved dead before there is another, and so is the one that drains', async () => {
    const { room, versions } = await leaked();
    const before = room.now();
    expect(await room.command('revoke', { versions })).toMatchObject({
      ok: true,
      steps: [expect.stringContaining('refused it when asked'), expect.stringContaining('refused it when asked')],
    });
    expect(room.now() - before).toBeLessThan(5000);
    expect(livingKeys(room)).toEqual([]);
    expect(await Promise.all(versions.map((id) => stateOf(room, id)))).toEqual(['dead', 'dead']);
    expect(room.total('KeyProvedDead')).toBe(2);

    expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
    expect([await canSend(room), livingKeys(room).length]).toEqual(['ok', 1]);
    expect(versions).not.toContain(room.sending.holder('AWSCURRENT'));
    expect(room.sending.holder('KEYROOM_DRAINING')).toBeUndefined();
  });

  test('a repeat of either command, however late, leaves the successor alone', async () => {
    const { room, versions } = await leaked();
    await room.command('revoke', { versions });
    await room.command('replace', { versions });
    const successor = room.sending.holder('AWSCURRENT');
    for (const action of ['revoke', 'replace', 'revoke'] as const) {
      expect(await room.command(action, { versions })).toMatchObject({ ok: true });
    }
    expect([room.sending.holder('AWSCURRENT'), await canSend(room)]).toEqual([successor, 'ok']);
    expect(room.total('KeyProvedDead')).toBe(2);
  });

  test.each([8, 25])(
    'is replaced while the provider still takes it for %s s, and both are proved dead',
    async (seconds) => {
      const { room, versions } = await leaked();
      // What was made before it is taken everywhere.
      room.advance(100);
      room.simulator.changeAccount({ propagationSeconds: seconds });
      expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
      expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
      expect(versions).not.toContain(room.sending.holder('AWSCURRENT'));
      // Nobody may go back to one of them.
      expect(room.sending.holder('KEYROOM_DRAINING')).toBeUndefined();
      room.advance(seconds);
      expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
      expect(await Promise.all(versions.map((id) => stateOf(room, id)))).toEqual(['dead', 'dead']);
      expect([await canSend(room), livingKeys(room).length]).toEqual(['ok', 1]);
    },
  );

  test('that the provider still takes is ended by the sweeps, when nobody repeats the command', async () => {
    const { room, versions } = await leaked();
    room.advance(100);
    room.simulator.changeAccount({ propagationSeconds: 25 });
    await room.command('revoke', { versions });
    await room.command('replace', { versions });
    room.advance(25);
    await room.command('sweep');
    expect(await Promise.all(versions.map((id) => stateOf(room, id)))).toEqual(['dead', 'dead']);
    expect([room.total('OrphanKeys'), room.total('KeyNotProvablyDead')]).toEqual([0, 0]);
  });

  test('stays known as dead when a sweep comes before its successor', async () => {
    const { room, versions } = await leaked();
    await room.command('revoke', { versions });
    await room.command('sweep');
    expect(await stateOf(room, versions[0]!)).toBe('dead');
  });

  test('is replaced although a rotation is stuck, whose key does not outlive it', async () => {
    const { room, versions } = await leaked();
    room.advance(1000);
    await room.command('sweep');
    const stuck = room.beginRotation();
    await room.step('createSecret', stuck);
    expect(await room.command('revoke', { versions: [versions[0]!] })).toMatchObject({ ok: true });
    expect(await room.command('replace', { versions: [versions[0]!] })).toMatchObject({ ok: true });
    expect(room.sending.holder('AWSCURRENT')).not.toBe(stuck);
    expect([await canSend(room), livingKeys(room).length]).toEqual(['ok', 1]);
    await expect(room.step('testSecret', stuck)).rejects.toMatchObject({ code: 'version-unknown' });
  });

  test('a provider that is away ends nothing, and a repeat goes on', async () => {
    const { door, interference } = closable();
    const { room, versions } = await leaked(interference);
    door.answer = 503;
    expect(await room.command('revoke', { versions })).toMatchObject({
      ok: false,
      code: 'provider-unreachable',
      retryable: true,
    });
    door.answer = 'real';
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
    expect(livingKeys(room)).toEqual([]);
  });

  test('the standby takes over when the provider refuses what makes keys', async () => {
    const { room, first, standby } = await prepared(provider);
    const versions = [room.sending.holder('AWSCURRENT')!];
    consoleOf(room).remove(room, first);
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
    expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
    expect(room.managing.holder('AWSCURRENT')).toBe(standby);
    expect([await stateOf(room, versions[0]!), await canSend(room)]).toEqual(['dead', 'ok']);
  });

  test('the standby takes over although a key drains', async () => {
    const { room, first, standby } = await prepared(provider);
    await room.rotate();
    const versions = [room.sending.holder('AWSCURRENT')!, room.sending.holder('KEYROOM_DRAINING')!];
    consoleOf(room).remove(room, first);
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
    expect(livingKeys(room)).toEqual([]);
    expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), room.managing.holder('KEYROOM_STANDBY')]).toEqual([standby, undefined]);
    expect(await Promise.all(versions.map((id) => stateOf(room, id)))).toEqual(['dead', 'dead']);
    expect([await canSend(room), livingKeys(room).length]).toEqual(['ok', 1]);
  });

  test('and what makes keys, which the provider refuses already, is left for the standby although a key drains', async () => {
    const { room, first, old, standby } = await prepared(provider);
    await room.rotate();
    consoleOf(room).remove(room, first);
    expect(await room.command('revoke-managing', { managing: old })).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), livingKeys(room).length]).toEqual([standby, 1]);
    expect(await canSend(room)).toBe('ok');
  });

  test('is ended by the sweep once the provider is back, when the command has given up, and replaced', async () => {
    const { door, interference } = closable();
    const { room, versions } = await leaked(interference);
    door.answer = 503;
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: false });
    door.answer = 'real';
    room.sending.onRotate = (token) => void room.rotate({ token });
    await room.command('sweep');
    expect(await Promise.all(versions.map((id) => stateOf(room, id)))).toEqual(['dead', 'dead']);
    await room.rotate();
    expect([await canSend(room), livingKeys(room).length]).toEqual(['ok', 1]);
  });

  test.each([[[]], [['0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d']]])(
    'fails for versions %j, which are none, and ends no key',
    async (versions) => {
      const { room } = await leaked();
      const living = livingKeys(room).length;
      expect(await room.command('revoke', { versions })).toMatchObject({ ok: false, code: 'key-not-kept' });
      expect([livingKeys(room).length, await canSend(room)]).toEqual([living, 'ok']);
    },
  );

  test('what makes keys, when that has leaked, is left for the standby, and the keys it made end at once', async () => {
    const { room, first, old, standby } = await prepared(provider);
    const key = room.sending.holder('AWSCURRENT')!;
    const result = await room.command('revoke-managing', { managing: old });
    expect(result).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), await canSend(room)]).toEqual([standby, 'ok']);
    expect([await stateOf(room, key), livingKeys(room).length]).toEqual(['dead', 1]);
    expect(result.ok && result.steps.join()).toContain('Delete');
    consoleOf(room).remove(room, first);
    const successor = room.sending.holder('AWSCURRENT');
    expect(await room.command('revoke-managing', { managing: old })).toMatchObject({
      ok: true,
      managing: expect.arrayContaining([expect.objectContaining({ versionId: old, state: 'dead' })]) as unknown,
    });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([standby, successor]);
  });

  test('fails for what makes keys without a standby, and for one that is none', async () => {
    const room = await imported(provider);
    const managing = room.managing.holder('AWSCURRENT')!;
    expect(await room.command('revoke-managing', { managing })).toMatchObject({ ok: false, code: 'standby-missing' });
    expect(await room.command('revoke-managing')).toMatchObject({ ok: false, code: 'key-not-kept' });
    expect(await canSend(room)).toBe('ok');
  });
});

describe('infobip: a key that has leaked, of which the provider makes no secret', () => {
  /** A provider that counts changes, and a portal user who lets a key live again. */
  const watched = async () => {
    const puts: string[] = [];
    let again: string | undefined;
    const room = await imported('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) => {
        if (request.method !== 'PUT') return http(request);
        puts.push(String(request.url));
        return http(again === undefined ? request : { ...request, body: again });
      },
    });
    const liveAgain = async (version: string): Promise<void> => {
      const status = await room.command('status');
      const id = status.ok ? status.credentials.find(({ versionId }) => versionId === version)?.providerKeyId : null;
      again = '{"enabled":true}';
      await room.keys.provider.revoke((await room.managing.get('AWSCURRENT'))!.value, id!);
      again = undefined;
    };
    return { room, puts, liveAgain };
  };

  test('lives again because somebody let it: a sweep ends it and counts it', async () => {
    const { room, liveAgain } = await watched();
    const versions = [room.sending.holder('AWSCURRENT')!];
    await room.command('revoke', { versions });
    await room.command('replace', { versions });
    await liveAgain(versions[0]!);
    expect(livingKeys(room)).toHaveLength(2);
    await room.command('sweep');
    expect([livingKeys(room).length, room.total('OrphanKeys'), await canSend(room)]).toEqual([1, 1, 'ok']);
  });

  test('lives again because somebody let it: a repeat asks, and ends it', async () => {
    const { room, liveAgain } = await watched();
    const versions = [room.sending.holder('AWSCURRENT')!];
    await room.command('revoke', { versions });
    await room.command('replace', { versions });
    await liveAgain(versions[0]!);
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
    expect([livingKeys(room).length, await stateOf(room, versions[0]!)]).toEqual([1, 'dead']);
  });

  test('is changed at the provider once, however often it is asked about: changes are limited', async () => {
    const { room, puts } = await watched();
    room.advance(100);
    const versions = [room.sending.holder('AWSCURRENT')!];
    room.simulator.changeAccount({ propagationSeconds: 60 });
    const before = puts.length;
    for (let ask = 0; ask < 6; ask += 1) await room.command('revoke', { versions });
    expect([puts.length - before, await stateOf(room, versions[0]!)]).toEqual([1, 'active']);
  });
});

describe('d7: a token that has leaked', () => {
  test('ends with its application: the standby takes over, and it is said what to delete, and proved', async () => {
    const { room, first, standby, old } = await prepared('d7');
    const versions = [room.sending.holder('AWSCURRENT')!];
    const made = tokens(room);
    const result = await room.command('revoke', { versions });
    expect(result.ok && result.steps.join()).toContain(`Delete the application ${first.clientId}`);
    expect([room.managing.holder('AWSCURRENT'), tokens(room)]).toEqual([standby, made]);
    expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
    expect([await canSend(room), await stateOf(room, versions[0]!)]).toEqual(['ok', 'draining']);

    consoleOf(room).remove(room, first);
    const again = await room.command('revoke', { versions });
    expect(again.ok && again.steps.join()).toContain('proved dead');
    expect(again.ok && again.managing.find(({ versionId }) => versionId === old)?.state).toBe('dead');
    expect(await stateOf(room, versions[0]!)).toBe('dead');
  });

  test('a repeat leaves the successor alone, also when another standby waits by then', async () => {
    const { room, standby } = await prepared('d7');
    const versions = [room.sending.holder('AWSCURRENT')!];
    await room.command('revoke', { versions });
    await room.putCandidate(consoleOf(room).make(room, 'third'), ['AWSCURRENT', 'KEYROOM_STANDBY']);
    await room.command('import');
    const successor = room.sending.holder('AWSCURRENT');
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([standby, successor]);
  });

  test('fails without a standby, and says which application it ends with', async () => {
    const room = await imported('d7');
    const result = await room.command('revoke', { versions: [room.sending.holder('AWSCURRENT')!] });
    expect(result).toMatchObject({ ok: false, code: 'key-not-revocable' });
    expect(await canSend(room)).toBe('ok');
  });

  test.each([[[]], [['0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d']]])(
    'fails for versions %j, which are none, and leaves no application',
    async (versions) => {
      const { room, old } = await prepared('d7');
      expect(await room.command('revoke', { versions })).toMatchObject({ ok: false, code: 'key-not-kept' });
      expect(room.managing.holder('AWSCURRENT')).toBe(old);
    },
  );
});
