import { randomUUID } from 'node:crypto';

import { DRAINING_STAGE } from '../../../lambda/shared/contract.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { codeOf, createTestRoom, PREFIX, type TestRoom } from './support/room.ts';

const imported = async (provider: 'd7' | 'infobip'): Promise<TestRoom> => {
  const room = createTestRoom(provider);
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  return room;
};

const active = (room: TestRoom) => room.simulator.credentials().filter(({ state }) => state === 'active');
const outcomeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'succeeded', codeOf);

describe('rotationStep', () => {
  describe.each(['d7', 'infobip'] as const)('%s', (provider) => {
    test('four steps replace AWSCURRENT and leave the old version draining', async () => {
      const room = await imported(provider);
      const old = room.sending.holder('AWSCURRENT');
      expect(await room.rotate()).toBe('done');
      expect(room.sending.holder('AWSCURRENT')).not.toBe(old);
      expect(room.sending.holder('AWSPREVIOUS')).toBe(old);
      expect(room.sending.holder(DRAINING_STAGE)).toBe(old);
      expect(room.sending.holder('AWSPENDING')).toBeUndefined();
      expect(active(room).length).toBe(2);
    });

    test('every step repeated after the switch succeeds and changes nothing', async () => {
      const room = await imported(provider);
      const token = randomUUID();
      await room.rotate({ token });
      const before = [room.sending.holder('AWSCURRENT'), active(room).length];
      for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
        await room.step(step, token);
      }
      expect([room.sending.holder('AWSCURRENT'), active(room).length]).toEqual(before);
    });

    test('createSecret twice makes one key', async () => {
      const room = await imported(provider);
      const token = randomUUID();
      room.sending.beginRotation(token);
      await room.step('createSecret', token);
      await room.step('createSecret', token);
      expect(active(room).length).toBe(2);
    });

    test('a room without a key rotates as a no-op, again and again', async () => {
      const room = createTestRoom(provider);
      expect(await room.rotate()).toBe('done');
      expect(room.sending.holder('AWSPENDING')).toBeUndefined();
      expect(await room.rotate()).toBe('done');
      expect(room.simulator.credentials()).toEqual([]);
      // The import that follows must find its way clear.
      await room.putCandidate();
      expect(await room.command('import')).toMatchObject({ ok: true });
    });

    test('testSecret alone, on a version without a value, succeeds: a deploy does that', async () => {
      const room = await imported(provider);
      const token = randomUUID();
      room.sending.beginRotation(token);
      await room.step('testSecret', token);
      expect(room.sending.holder('AWSPENDING')).toBe(token);
    });

    test('testSecret waits for a key that has not reached every server', async () => {
      const room = await imported(provider);
      room.simulator.changeAccount({ propagationSeconds: 10 });
      expect(await room.rotate()).toBe('done');
    });

    test('fails when the key is still refused at the deadline', async () => {
      const room = await imported(provider);
      const current = room.sending.holder('AWSCURRENT');
      room.simulator.changeAccount({ propagationSeconds: 600 });
      expect(await room.rotate()).toBe('pending-key-refused');
      expect(room.sending.holder('AWSCURRENT')).toBe(current);
      expect(room.total('RotationFailed')).toBe(1);
    });

    test.each([
      ['rotation is off', 'rotation-not-enabled'],
      ['the token is not among the versions', 'version-unknown'],
      ['the version is not pending', 'version-not-pending'],
      ['the secret is another one', 'foreign-secret'],
      ['the token is not a UUID', 'token-not-a-uuid'],
    ])('fails when %s', async (_, code) => {
      const room = await imported(provider);
      const token = code === 'token-not-a-uuid' ? 'made-up-by-hand-and-long-enough-for-aws' : randomUUID();
      if (code !== 'version-unknown') room.sending.beginRotation(token);
      if (code === 'rotation-not-enabled') room.sending.rotationEnabled = false;
      if (code === 'version-not-pending') {
        await room.sending.put(token, (await room.sending.get('AWSCURRENT'))!.value, ['AWSPENDING']);
        await room.sending.moveStage('AWSPENDING', { from: token });
        await room.sending.put(randomUUID(), (await room.sending.get('AWSCURRENT'))!.value, ['AWSPENDING']);
        await room.sending.moveStage('OTHER', { to: token });
      }
      const secretId = code === 'foreign-secret' ? 'arn:aws:secretsmanager:x:0:secret:other' : undefined;
      expect(await outcomeOf(room.step('createSecret', token, secretId))).toBe(code);
      expect(active(room).length).toBe(1);
    });

    test.each([
      ['waits for another step to end', 20_000, 'succeeded'],
      ['fails when another step goes on', 60_000, 'room-busy'],
    ])('%s', async (_, claimedForMs, outcome) => {
      const room = await imported(provider);
      const token = randomUUID();
      room.sending.beginRotation(token);
      const state = await room.keys.state.read();
      const until = new Date(room.now() + claimedForMs).toISOString();
      await room.keys.state.write({ ...state, claim: { by: 'someone', until } }, state);
      expect(await outcomeOf(room.step('createSecret', token))).toBe(outcome);
      expect(active(room).length).toBe(outcome === 'succeeded' ? 2 : 1);
    });

    test('a sweep leaves alone what another step is at work on', async () => {
      const room = await imported(provider);
      const state = await room.keys.state.read();
      const until = new Date(room.now() + 20_000).toISOString();
      await room.keys.state.write({ ...state, claim: { by: 'someone', until } }, state);
      await room.putCandidate();
      const before = room.simulator.credentials().length;
      expect(await room.command('sweep')).toMatchObject({
        ok: true,
        steps: [expect.stringContaining('left them alone')],
        credentials: [{ state: 'active' }],
      });
      expect(room.simulator.credentials().length).toBe(before);
      expect(room.inbox.holder('AWSCURRENT')).not.toBe(room.managing.holder('AWSCURRENT'));
    });

    test('a sweep with nothing to do makes no claim: a step at work does not have to wait for it', async () => {
      const room = await imported(provider);
      await room.rotate();
      const state = await room.keys.state.read();
      const until = new Date(room.now() + 20_000).toISOString();
      await room.keys.state.write({ ...state, claim: { by: 'someone', until } }, state);
      const before = JSON.stringify([...room.table.items]);
      expect(await room.command('sweep')).toMatchObject({
        ok: true,
        steps: [expect.stringContaining('The old key drains until')],
      });
      expect(JSON.stringify([...room.table.items])).toBe(before);
      expect(room.emitted.some((values) => 'KeyAgeHours' in values)).toBe(true);
    });

    test('a sweep that another change keeps from its work still says how old the key is', async () => {
      const room = await imported(provider);
      await room.rotate();
      room.advance(901);
      const state = await room.keys.state.read();
      const until = new Date(room.now() + 20_000).toISOString();
      await room.keys.state.write({ ...state, claim: { by: 'someone', until } }, state);
      expect(await room.command('sweep')).toMatchObject({
        ok: true,
        steps: [expect.stringContaining('left them alone')],
      });
      expect(room.emitted.some((values) => 'KeyAgeHours' in values)).toBe(true);
    });

    test('a deploy may test a version before rotation is known to be on', async () => {
      const room = await imported(provider);
      room.sending.rotationEnabled = null;
      expect(await room.rotate()).toBe('done');
    });

    test('a room whose import failed rotates as a no-op', async () => {
      const room = createTestRoom(provider);
      const [name, secret] = Object.keys(room.simulator.account().managing as object) as [string, string];
      await room.putCandidate({ [name]: 'someone', [secret]: 'wrong' });
      expect(await room.command('import')).toMatchObject({ ok: false, code: 'candidate-refused-by-provider' });
      expect(await room.rotate()).toBe('done');
      expect(room.sending.holder('AWSPENDING')).toBeUndefined();
      expect(await room.command('sweep')).toMatchObject({ ok: true, credentials: [] });
      expect(room.emitted.some((values) => 'KeyAgeHours' in values)).toBe(false);
    });
  });

  test('finishing a rotation whose test was left out tests the key', async () => {
    const room = await imported('infobip');
    const current = room.sending.holder('AWSCURRENT')!;
    const token = room.beginRotation();
    await room.step('createSecret', token);
    const made = room.keys.provider.keyIdOf((await room.sending.get('AWSPENDING', token))!.value)!;
    await room.keys.provider.revoke((await room.managing.get('AWSCURRENT'))!.value, made);
    await expect(room.step('finishSecret', token)).rejects.toMatchObject({ code: 'pending-key-refused' });
    expect(room.sending.holder('AWSCURRENT')).toBe(current);
  });

  test('an Infobip key is bound to the addresses, to the scopes of the channels, and ends after two periods', async () => {
    const room = await imported('infobip');
    const [key] = room.simulator.credentials();
    expect(key?.allowedIps).toEqual(['203.0.113.10', '203.0.113.11']);
    expect(key?.label).toBe(`${PREFIX}${room.sending.holder('AWSCURRENT')!}`);
    room.advance(59 * 86_400);
    expect(active(room).length).toBe(1);
    room.advance(2 * 86_400);
    expect(active(room).length).toBe(0);
  });

  test('fails when the addresses are not the provider’s: told apart from a bad key', async () => {
    const room = await imported('infobip');
    room.source = '198.51.100.7';
    expect(await room.rotate()).toBe('address-refused');
  });

  test('fails when the provider does not let the new key send, and keeps the old one', async () => {
    let forbidden = false;
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        forbidden && String(request.url).endsWith('/preview')
          ? Promise.resolve({ kind: 'response', status: 403, headers: {}, body: 'Forbidden' })
          : http(request),
    });
    await room.putCandidate();
    await room.command('import');
    const current = room.sending.holder('AWSCURRENT');
    forbidden = true;
    expect(await room.rotate()).toBe('key-lacks-scope');
    expect(room.sending.holder('AWSCURRENT')).toBe(current);
  });

  test('fails when the old key still drains, before a key is made', async () => {
    const room = await imported('infobip');
    await room.rotate();
    expect(await room.rotate()).toBe('old-key-still-draining');
    expect(active(room).length).toBe(2);
    expect(room.logged.at(-1)?.event).toBe('rotation step failed');
  });

  test('fails when the old key was revoked and is not proved dead: its label must not move on', async () => {
    const room = await imported('infobip');
    await room.rotate();
    room.advance(901);
    room.simulator.changeAccount({ propagationSeconds: 600 });
    await room.command('sweep');
    expect(active(room).length).toBe(1);
    expect(await room.rotate()).toBe('old-key-still-draining');
  });

  test('finishSecret after a crash that left the old key without its label puts it on', async () => {
    const room = await imported('infobip');
    const old = room.sending.holder('AWSCURRENT')!;
    const token = randomUUID();
    await room.rotate({ token });
    await room.sending.moveStage(DRAINING_STAGE, { from: old });
    await room.step('finishSecret', token);
    expect(room.sending.holder(DRAINING_STAGE)).toBe(old);
  });

  test('a key that another run was faster to store replaces ours, which is revoked', async () => {
    const token = randomUUID();
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => async (request) => {
        const result = await http(request);
        const creates = request.method === 'POST' && String(request.url).endsWith('/api-keys');
        if (creates && room.sending.holder('AWSPENDING') === token) {
          const other = { apiKeyId: 'other', apiKey: 'other' };
          await room.sending.put(token, new SecretValue(JSON.stringify(other)), ['AWSPENDING']);
        }
        return result;
      },
    });
    await room.putCandidate();
    await room.command('import');
    room.sending.beginRotation(token);
    await room.step('createSecret', token);
    expect(room.simulator.credentials().map(({ state }) => state)).toEqual(['active', 'disabled']);
  });

  test('fails when the provider cannot be reached for a verdict on the new key', async () => {
    let down = false;
    const room = createTestRoom('d7', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        down && request.method === 'GET' ? Promise.resolve({ kind: 'no-answer', cause: 'timeout' }) : http(request),
    });
    await room.putCandidate();
    await room.command('import');
    down = true;
    expect(await room.rotate()).toBe('provider-unreachable');
  });

  test('fails when a crash left the old key alive without its label: it drains, too', async () => {
    const room = await imported('infobip');
    await room.rotate();
    await room.sending.moveStage(DRAINING_STAGE, { from: room.sending.holder(DRAINING_STAGE)! });
    expect(await room.rotate()).toBe('old-key-still-draining');
  });

  test('a D7 token may follow another at once; the one before is given up', async () => {
    const room = await imported('d7');
    const first = room.sending.holder('AWSCURRENT')!;
    await room.rotate();
    expect(await room.rotate()).toBe('done');
    const report = await room.command('status');
    expect(report).toMatchObject({
      credentials: expect.arrayContaining([
        expect.objectContaining({ versionId: first, state: 'not-provably-dead' }),
      ]) as unknown,
    });
    expect(room.total('KeyNotProvablyDead')).toBe(1);
  });

  test('fails when the provider makes no more keys today, and names the limit', async () => {
    const room = await imported('infobip');
    room.simulator.changeAccount({ keyChangesPerDay: 0 });
    expect(await room.rotate()).toBe('provider-key-quota-used-up');
  });

  test('a key nobody stored is disabled on the next entry', async () => {
    const room = await imported('infobip');
    const token = randomUUID();
    room.sending.beginRotation(token);
    const managing = (await room.managing.get('AWSCURRENT'))!.value;
    const lost = await room.keys.provider.create(managing, {
      name: `${PREFIX}${token}`,
      allowedAddresses: ['203.0.113.10'],
      channels: ['sms'],
      validUntil: room.now() + 1e9,
    });
    await room.step('createSecret', token);
    expect(active(room).map(({ id }) => id)).not.toContain(lost.providerKeyId);
    expect(active(room).length).toBe(2);
  });

  test.each([
    ['the customer’s own key', 'Production backend'],
    ['a key of a room whose name begins alike', `${PREFIX}backup-0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d`],
    ['a key of the same room in another environment', 'keyroom-prod-otp-0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d'],
    ['a key of ours by prefix alone', `${PREFIX}old`],
  ])('%s is never touched', async (_, name) => {
    const room = await imported('infobip');
    const managing = (await room.managing.get('AWSCURRENT'))!.value;
    const foreign = await room.keys.provider.create(managing, {
      name,
      allowedAddresses: ['203.0.113.99'],
      channels: ['sms'],
      validUntil: room.now() + 1e10,
    });
    await room.rotate();
    room.advance(1000);
    await room.command('sweep');
    expect(active(room).map(({ id }) => id)).toContain(foreign.providerKeyId);
  });
});
