import { inspect } from 'node:util';

import { consoleOf, firstCredential } from './support/console.ts';
import { createTestRoom, type TestRoom } from './support/room.ts';

const STANDBY = ['AWSCURRENT', 'KEYROOM_STANDBY'];
type Options = Parameters<typeof createTestRoom>;

const imported = async (...options: Options): Promise<TestRoom> => {
  const room = createTestRoom(...options);
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  return room;
};

/** A room with a second credential that waits. */
const prepared = async (...options: Options) => {
  const room = await imported(...options);
  const [first, second] = [firstCredential(room), consoleOf(room).make(room, 'second')];
  const old = room.managing.holder('AWSCURRENT')!;
  const standby = await room.putCandidate(second, STANDBY);
  expect(await room.command('import')).toMatchObject({ ok: true });
  return { room, first, second, old, standby };
};

const reportOf = async (room: TestRoom, versionId: string) => {
  const status = await room.command('status');
  return status.ok ? status.managing.find((one) => one.versionId === versionId) : undefined;
};
const canSend = async (room: TestRoom) =>
  room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, room.keys.settings.channels);
const tokens = (room: TestRoom) => room.simulator.credentials().length;

/** A door to the provider that can be closed. */
const closable = () => {
  const door: { answer: 'real' | number } = { answer: 'real' };
  const interference: Options[1] = {
    secret: (secret) => secret,
    table: (table) => table,
    http: (http) => (request) =>
      door.answer === 'real'
        ? http(request)
        : Promise.resolve({ kind: 'response', status: door.answer, headers: {}, body: '{}' }),
  };
  return { door, interference };
};

describe.each(['d7', 'infobip', 'twilio'] as const)('%s: the standby', (provider) => {
  test('is tested and kept, its candidate destroyed, and nothing else changed', async () => {
    const room = await imported(provider);
    const before = [room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')];
    const second = consoleOf(room).make(room, 'second');
    const standby = await room.putCandidate(second, STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual(before);
    expect(JSON.parse((await room.managing.get('KEYROOM_STANDBY', standby))!.value.reveal())).toEqual(second);
    expect(await reportOf(room, standby)).toMatchObject({
      state: 'standby',
      publicId: second[consoleOf(room).idField],
    });
    const kept = [...room.inbox.versions.values()].filter(({ stages }) => stages.size > 0);
    expect(kept.map(({ text }) => text)).toEqual(['{}']);
  });

  test('comes in by the next sweep when nobody asked for the import, still as a standby', async () => {
    const room = await imported(provider);
    const old = room.managing.holder('AWSCURRENT');
    const standby = await room.putCandidate(consoleOf(room).make(room, 'second'), STANDBY);
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect([room.managing.holder('AWSCURRENT'), room.managing.holder('KEYROOM_STANDBY')]).toEqual([old, standby]);
  });

  test('fails to be the credential in use, and is destroyed', async () => {
    const room = await imported(provider);
    const current = firstCredential(room);
    await room.putCandidate(current, STANDBY);
    const result = await room.command('import');
    expect(result).toMatchObject({ ok: false, code: 'standby-is-current' });
    expect(room.managing.holder('KEYROOM_STANDBY')).toBeUndefined();
    expect(room.inbox.versions.get(room.inbox.holder('AWSCURRENT')!)?.text).toBe('{}');
    expect(inspect([result, room.logged], { depth: 9 })).not.toContain(Object.values(current).at(-1));
  });

  test('fails to be one with the same public id and another secret', async () => {
    const room = await imported(provider);
    const names = Object.keys(firstCredential(room));
    await room.putCandidate({ ...firstCredential(room), [names.at(-1)!]: 'another' }, STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'standby-is-current' });
  });

  test('fails to come before the first credential', async () => {
    const room = createTestRoom(provider);
    await room.putCandidate(undefined, STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'standby-without-current' });
    expect(await room.managing.get('AWSCURRENT')).toBeNull();
  });

  test('fails to be taken when the provider refuses it', async () => {
    const room = await imported(provider);
    const second = consoleOf(room).make(room, 'second');
    consoleOf(room).remove(room, second);
    const before = tokens(room);
    await room.putCandidate(second, STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'candidate-refused-by-provider' });
    expect(room.managing.holder('KEYROOM_STANDBY')).toBeUndefined();
    expect(tokens(room)).toBe(before);
  });

  test('is reported when the provider refuses it later', async () => {
    const { room, second, standby } = await prepared(provider);
    await room.command('sweep');
    expect(room.total('StandbyRefused')).toBe(0);
    consoleOf(room).remove(room, second);
    expect(await room.command('sweep')).toMatchObject({
      ok: true,
      steps: [expect.stringContaining('refuses the standby') as string],
    });
    expect(room.total('StandbyRefused')).toBe(1);
    expect(await reportOf(room, standby)).toMatchObject({ state: 'standby', todo: expect.any(String) as string });
  });

  test('that another one replaces is asked for like any replaced credential', async () => {
    const { room, second, standby } = await prepared(provider);
    const third = await room.putCandidate(consoleOf(room).make(room, 'third'), STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect(room.managing.holder('KEYROOM_STANDBY')).toBe(third);
    expect(await reportOf(room, standby)).toMatchObject({
      state: 'draining',
      todo: expect.stringContaining(second[consoleOf(room).idField]!) as string,
    });
    consoleOf(room).remove(room, second);
    await room.command('sweep');
    expect(await reportOf(room, standby)).toMatchObject({ state: 'dead' });
    expect(await reportOf(room, third)).toMatchObject({ state: 'standby' });
  });

  test('is none any more when the same credential is imported for use', async () => {
    const { room, second, standby } = await prepared(provider);
    await room.putCandidate(second);
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect(room.managing.holder('KEYROOM_STANDBY')).toBeUndefined();
    room.advance(100);
    await room.command('sweep');
    expect(await reportOf(room, standby)).toBeUndefined();
    expect(await canSend(room)).toBe('ok');
  });
});

describe.each(['d7', 'infobip', 'twilio'] as const)('%s: swap', (provider) => {
  test('puts the standby in its place, with a key of its own that was tested', async () => {
    const { room, second, standby, old } = await prepared(provider);
    const key = room.sending.holder('AWSCURRENT');
    expect(await room.command('swap')).toMatchObject({ ok: true });
    expect(room.managing.holder('AWSCURRENT')).toBe(standby);
    expect(room.managing.holder('KEYROOM_STANDBY')).toBeUndefined();
    expect(room.sending.holder('AWSCURRENT')).not.toBe(key);
    expect(room.sending.holder('KEYROOM_DRAINING')).toBe(key);
    expect(await canSend(room)).toBe('ok');
    expect(JSON.parse((await room.managing.get('AWSCURRENT'))!.value.reveal())).toEqual(second);
    expect(await reportOf(room, standby)).toMatchObject({ state: 'active' });
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
  });

  test('sends on after the old credential was deleted, proves it dead, and rotates on', async () => {
    const { room, first, old } = await prepared(provider);
    const key = room.sending.holder('AWSCURRENT')!;
    await room.command('swap');
    consoleOf(room).remove(room, first);
    expect(await canSend(room)).toBe('ok');
    room.advance(1000);
    expect(await room.command('sweep')).toMatchObject({
      ok: true,
      steps: expect.arrayContaining([expect.stringContaining('proved dead')]) as unknown,
    });
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
    const status = await room.command('status');
    expect(status.ok && status.credentials.find(({ versionId }) => versionId === key)?.state).toBe('dead');
    expect(room.total('OldCredentialAlive')).toBe(0);
    expect([...room.managing.versions.get(old)!.stages].filter((stage) => stage.startsWith('KEYROOM'))).toEqual([]);
    const proofs = room.total('KeyProvedDead');
    await room.command('sweep');
    expect(room.total('KeyProvedDead')).toBe(proofs);
    expect(await room.rotate()).toBe('done');
    expect(await canSend(room)).toBe('ok');
  });

  test('repeated for the same standby does nothing more', async () => {
    const { room, standby } = await prepared(provider);
    await room.command('swap', { standby });
    const before = [room.sending.holder('AWSCURRENT'), tokens(room)];
    expect(await room.command('swap', { standby })).toMatchObject({ ok: true });
    expect([room.sending.holder('AWSCURRENT'), tokens(room)]).toEqual(before);
  });

  test('fails without a standby, and when there is another one than the one meant', async () => {
    const room = await imported(provider);
    expect(await room.command('swap')).toMatchObject({ ok: false, code: 'standby-missing' });
    const { room: other } = await prepared(provider);
    const before = other.managing.holder('AWSCURRENT');
    const result = await other.command('swap', { standby: '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d' });
    expect(result).toMatchObject({ ok: false, code: 'standby-missing' });
    expect(other.managing.holder('AWSCURRENT')).toBe(before);
  });

  test('fails when the provider refuses the standby, which stays where it is, and nothing changes', async () => {
    const { room, second, standby, old } = await prepared(provider);
    const key = room.sending.holder('AWSCURRENT');
    consoleOf(room).remove(room, second);
    expect(await room.command('swap')).toMatchObject({ ok: false, code: 'standby-refused' });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([old, key]);
    expect(room.managing.holder('KEYROOM_STANDBY')).toBe(standby);
    expect(await reportOf(room, old)).toMatchObject({ state: 'active' });
  });

  test('fails when the provider does not answer, and changes nothing', async () => {
    const { door, interference } = closable();
    const { room, standby, old } = await prepared(provider, interference);
    const key = room.sending.holder('AWSCURRENT');
    door.answer = 503;
    expect(await room.command('swap')).toMatchObject({ ok: false, code: 'provider-unreachable' });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([old, key]);
    door.answer = 'real';
    expect(await room.command('swap', { standby })).toMatchObject({ ok: true });
    expect(await canSend(room)).toBe('ok');
  });

  test('that crashed after the managing credential was replaced is finished by the next sweep', async () => {
    let crashing = false;
    const { room, standby } = await prepared(provider, {
      http: (http) => http,
      table: (table) => table,
      secret: (secret) => ({
        ...secret,
        moveStage: (stage, move) =>
          crashing && stage.startsWith('KEYROOM_RETIRING')
            ? Promise.reject(new Error('crash'))
            : secret.moveStage(stage, move),
      }),
    });
    const key = room.sending.holder('AWSCURRENT');
    crashing = true;
    expect(await room.command('swap')).toMatchObject({ ok: false });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([standby, key]);
    crashing = false;
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(room.sending.holder('AWSCURRENT')).not.toBe(key);
    expect(room.managing.holder('KEYROOM_STANDBY')).toBeUndefined();
    expect(await canSend(room)).toBe('ok');
  });

  test('ends a rotation under way: its key was made with the old credential', async () => {
    const { room } = await prepared(provider);
    const token = '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d';
    room.sending.beginRotation(token);
    await room.step('createSecret', token);
    expect(await room.command('swap')).toMatchObject({ ok: true });
    expect(room.sending.holder('AWSPENDING')).toBeUndefined();
    await expect(room.step('finishSecret', token)).rejects.toMatchObject({ code: 'version-unknown' });
    expect(room.sending.holder('AWSCURRENT')).not.toBe(token);
  });

  test('an import that replaces a credential asks for the old one, too, and proves it dead', async () => {
    const room = await imported(provider);
    const [first, old] = [firstCredential(room), room.managing.holder('AWSCURRENT')!];
    await room.putCandidate(consoleOf(room).make(room, 'second'));
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    consoleOf(room).remove(room, first);
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
  });

  test('an import of the credential in use asks for nothing', async () => {
    const room = await imported(provider);
    const old = room.managing.holder('AWSCURRENT')!;
    await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: true });
    await room.command('sweep');
    expect(await reportOf(room, old)).toBeUndefined();
  });

  test('two replaced credentials are proved dead one by one', async () => {
    const { room, first, second, old, standby } = await prepared(provider);
    await room.command('swap');
    room.advance(1000);
    await room.command('sweep');
    await room.putCandidate(consoleOf(room).make(room, 'third'));
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect([(await reportOf(room, old))?.state, (await reportOf(room, standby))?.state]).toEqual([
      'draining',
      'draining',
    ]);
    consoleOf(room).remove(room, second);
    room.advance(1000);
    await room.command('sweep');
    expect([(await reportOf(room, old))?.state, (await reportOf(room, standby))?.state]).toEqual(['draining', 'dead']);
    consoleOf(room).remove(room, first);
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
    expect(await canSend(room)).toBe('ok');
  });
});

describe('infobip: swap', () => {
  test('fails when a key of the standby may not send, and changes nothing', async () => {
    let lacksScope = false;
    const { room, old } = await prepared('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        lacksScope && String(request.url).endsWith('/preview')
          ? Promise.resolve({ kind: 'response', status: 403, headers: {}, body: 'Forbidden' })
          : http(request),
    });
    const key = room.sending.holder('AWSCURRENT');
    lacksScope = true;
    expect(await room.command('swap')).toMatchObject({ ok: false, code: 'key-lacks-scope' });
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([old, key]);
  });

  test('fails while an old key drains, says until when, and changes nothing', async () => {
    const { room, old } = await prepared('infobip');
    await room.rotate();
    const key = room.sending.holder('AWSCURRENT');
    const result = await room.command('swap');
    expect(result).toMatchObject({ ok: false, code: 'old-key-still-draining' });
    expect(!result.ok && result.message).toMatch(/until 2026-11-01T08:15/);
    expect([room.managing.holder('AWSCURRENT'), room.sending.holder('AWSCURRENT')]).toEqual([old, key]);
  });
});

describe('a replaced credential that nobody deletes', () => {
  const swapped = async (...options: Options) => {
    const all = await prepared(...options);
    await all.room.command('swap');
    return all;
  };

  test.each(['d7', 'infobip', 'twilio'] as const)(
    '%s: is told of once a day from the end of the grace period on, and never before',
    async (provider) => {
      const { room, old } = await swapped(provider);
      room.advance(300);
      await room.command('sweep');
      expect(room.total('OldCredentialAlive')).toBe(0);
      for (let hour = 0; hour < 49; hour += 1) {
        room.advance(3600);
        await room.command('sweep');
      }
      expect(room.total('OldCredentialAlive')).toBe(3);
      expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    },
  );

  test('says what to delete, where, and that its tokens end in no other way', async () => {
    const { room, first } = await swapped('d7');
    const result = await room.command('sweep');
    const said = expect.stringContaining(
      `Delete the application ${first.clientId} in D7’s control panel (https://d7networks.com/docs/Authentication/Overview). All its tokens`,
    ) as string;
    expect(result).toMatchObject({ ok: true, steps: expect.arrayContaining([said]) as unknown });
  });

  test.each([
    ['d7', 503],
    ['d7', 429],
    ['infobip', 503],
    ['twilio', 503],
    ['d7', 401],
    ['infobip', 401],
    ['twilio', 401],
    ['twilio', 404],
    ['twilio', 400],
  ] as const)('%s: is not taken for dead when the provider answers everybody %d', async (provider, status) => {
    const { door, interference } = closable();
    const { room, old } = await swapped(provider, interference);
    door.answer = status;
    room.advance(1000);
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    expect(room.total('KeyProvedDead')).toBe(0);
    expect(room.total('OldCredentialAlive')).toBe(1);
  });

  test('infobip: is not taken for dead when the provider refuses our address', async () => {
    let refusing = false;
    const { room, old } = await swapped('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        refusing
          ? Promise.resolve({ kind: 'response', status: 403, headers: {}, body: 'must not be used from IP address' })
          : http(request),
    });
    refusing = true;
    room.advance(1000);
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    expect(room.total('KeyProvedDead')).toBe(0);
  });

  test('d7: is tried with its last token while that lives, and with one new token a life after that', async () => {
    const { room, old } = await swapped('d7');
    // Only the first application's: the room's own token is replaced meanwhile, too.
    const mine = () => room.simulator.credentials().filter(({ label }) => label === firstCredential(room).clientId);
    const before = mine().length;
    for (let hour = 0; hour < 23; hour += 1) {
      room.advance(3600);
      await room.command('sweep');
    }
    expect(mine().length).toBe(before);
    for (let hour = 0; hour < 24; hour += 1) {
      room.advance(3600);
      await room.command('sweep');
    }
    expect(mine().length).toBe(before + 1);
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
  });

  test('d7: a token that has ended is no proof while another can be made', async () => {
    const { room, first, old } = await swapped('d7');
    room.advance(90_000);
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    consoleOf(room).remove(room, first);
    room.advance(90_000);
    // A refusal is no proof while the key in use has ended, too.
    await room.rotate();
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
  });

  test.each([400, 404, 422, 429, 503])(
    'd7: a token that has ended is no proof when minting is answered %d',
    async (status) => {
      const { door, interference } = closable();
      const { room, old } = await swapped('d7', interference);
      room.advance(90_000);
      door.answer = status;
      await room.command('sweep');
      expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
      expect(room.total('KeyProvedDead')).toBe(0);
    },
  );

  test('d7: a token that is refused before it has spread is no proof while another can be made', async () => {
    const { room, old } = await swapped('d7');
    room.simulator.changeAccount({ propagationSeconds: 100_000 });
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'draining' });
    expect(room.total('KeyProvedDead')).toBe(0);
  });

  test('d7: a void secret says nothing about the tokens of an application that goes on with another secret', async () => {
    const room = await imported('d7');
    const [{ clientId }, old] = [firstCredential(room), room.managing.holder('AWSCURRENT')!];
    room.simulator.changeAccount({ addApplication: { clientId, clientSecret: 'new' } });
    await room.putCandidate({ clientId, clientSecret: 'new' });
    await room.command('import');
    await room.rotate();
    room.advance(90_000);
    // A refusal is no proof while the key in use has ended, too.
    await room.rotate();
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
    const status = await room.command('status');
    const states = status.ok ? status.credentials.map(({ state }) => state) : [];
    expect(states).toContain('not-provably-dead');
    expect(states).not.toContain('dead');
  });

  test('infobip: with the same user and a new password, nobody is told to delete the user', async () => {
    const room = await imported('infobip');
    const [{ username }, old] = [firstCredential(room), room.managing.holder('AWSCURRENT')!];
    room.simulator.changeAccount({ addUser: { username, password: 'new' } });
    await room.putCandidate({ username, password: 'new' });
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect((await reportOf(room, old))?.todo).toMatch(/^See that the old secret of the portal user .* is void/);
    room.simulator.changeAccount({ managing: { username, password: 'new' } });
    await room.command('sweep');
    expect(await reportOf(room, old)).toMatchObject({ state: 'dead' });
  });

  test('the managing credential’s age counts from the swap', async () => {
    const { room } = await prepared('infobip');
    const age = () => room.emitted.findLast((values) => 'ManagingKeyAgeHours' in values)?.ManagingKeyAgeHours;
    room.advance(7200);
    await room.command('sweep');
    expect(age()).toBeCloseTo(2, 1);
    await room.command('swap');
    room.advance(3600);
    await room.command('sweep');
    expect(age()).toBeCloseTo(1, 1);
  });
});

describe('the standby’s token', () => {
  test('d7: is replaced at half its life, and not before', async () => {
    const { room, second } = await prepared('d7');
    const mine = () => room.simulator.credentials().filter(({ label }) => label === second.clientId).length;
    room.advance(43_000);
    await room.command('sweep');
    expect(mine()).toBe(1);
    room.advance(300);
    await room.command('sweep');
    expect(mine()).toBe(2);
    room.advance(3600);
    await room.command('sweep');
    expect(mine()).toBe(2);
    expect(await room.command('swap')).toMatchObject({ ok: true });
    expect(await canSend(room)).toBe('ok');
  });

  test('d7: a swap makes no token when the kept one is fit', async () => {
    const { room } = await prepared('d7');
    const before = tokens(room);
    await room.command('swap');
    expect(tokens(room)).toBe(before);
  });

  test('d7: of a candidate that another one overtook is put out of use', async () => {
    const { door, interference } = closable();
    const room = await imported('d7', {
      ...interference,
      http: (http) => (request) =>
        door.answer !== 'real' && String(request.url).endsWith('/balance')
          ? Promise.resolve({ kind: 'no-answer', cause: 'timeout' })
          : http(request),
    });
    door.answer = 503;
    const overtaken = await room.putCandidate(consoleOf(room).make(room, 'second'), STANDBY);
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'provider-unreachable' });
    expect(room.sending.holder(`KEYROOM_PROBE_${overtaken}`)).toBeDefined();
    door.answer = 'real';
    await room.putCandidate(consoleOf(room).make(room, 'third'), STANDBY);
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(room.sending.holder(`KEYROOM_PROBE_${overtaken}`)).toBeUndefined();
  });
});
