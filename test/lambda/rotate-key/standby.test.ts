import { inspect } from 'node:util';

import { consoleOf, firstCredential } from './support/console.ts';
import { createTestRoom } from './support/room.ts';
import { STANDBY, imported, prepared, reportOf, canSend, tokens, closable } from './support/standby.ts';

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
