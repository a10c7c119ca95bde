import { consoleOf, firstCredential } from './support/console.ts';
import { createTestRoom, type TestRoom } from './support/room.ts';
import { canSend } from './support/standby.ts';

const stateOf = async (room: TestRoom, versionId: string) => {
  const status = await room.command('status');
  return status.ok ? status.credentials.find((key) => key.versionId === versionId)?.state : undefined;
};

describe('an old key of an account that the room has left', () => {
  /** A room that went on to a user of another account, who knows nothing of the old key. */
  const moved = async (isOldUserGone: boolean) => {
    const left = { id: '', user: '' };
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        request.method === 'PUT' &&
        String(request.url).endsWith(`/${left.id}`) &&
        request.headers.authorization !== left.user
          ? Promise.resolve({ kind: 'response', status: 404, headers: {}, body: '{}' })
          : http(request),
    });
    await room.putCandidate();
    await room.command('import');
    const old = room.sending.holder('AWSCURRENT')!;
    const first = firstCredential(room);
    left.user = `Basic ${Buffer.from(`${first.username}:${first.password}`).toString('base64')}`;
    left.id = room.simulator.credentials().find(({ state }) => state === 'active')!.id;
    await room.putCandidate(consoleOf(room).make(room, 'elsewhere'));
    await room.command('import');
    if (isOldUserGone) left.user = 'nobody';
    room.advance(901);
    return { room, old, id: left.id };
  };

  test('is revoked with the credential that made it', async () => {
    const { room, old } = await moved(false);
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(await stateOf(room, old)).toBe('dead');
  });

  test('is said to be out of reach when no credential of the room can revoke it', async () => {
    const { room, old, id } = await moved(true);
    const result = await room.command('sweep');
    expect(result).toMatchObject({ ok: false, code: 'old-key-out-of-reach' });
    expect(result.ok ? '' : result.message).toContain(id);
    expect([await stateOf(room, old), room.total('RotationFailed')]).toEqual(['draining', 1]);
  });

  test('keeps the one in use no longer alive, nor its successor from being made, when both have leaked', async () => {
    const { room, old, id } = await moved(true);
    const versions = [old, room.sending.holder('AWSCURRENT')!];
    const first = await room.command('revoke', { versions });
    expect(first.ok && first.steps.join()).toContain(id);
    expect([await stateOf(room, old), await stateOf(room, versions[1]!)]).toEqual(['draining', 'dead']);

    // What heals must not go back to a key that has leaked because it lives.
    await room.alarm();
    expect(versions).toContain(room.sending.holder('AWSCURRENT'));
    expect(room.sending.holder('AWSCURRENT')).not.toBe(old);
    expect(await room.command('replace', { versions })).toMatchObject({ ok: true });
    expect([versions.includes(room.sending.holder('AWSCURRENT')!), await canSend(room)]).toEqual([false, 'ok']);
    expect(await room.command('revoke', { versions })).toMatchObject({ ok: false, code: 'old-key-out-of-reach' });
    expect(await room.rotate()).toBe('done');
  });
});
