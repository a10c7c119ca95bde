import { consoleOf } from './support/console.ts';
import { canSend, closable, imported, prepared, reportOf, tokens } from './support/standby.ts';

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
