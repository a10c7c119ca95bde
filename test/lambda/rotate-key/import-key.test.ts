import { inspect } from 'node:util';

import { createTestRoom, type TestRoom } from './support/room.ts';

const active = (room: TestRoom) => room.simulator.credentials().filter(({ state }) => state === 'active');
const inboxText = (room: TestRoom) => room.inbox.versions.get(room.inbox.holder('AWSCURRENT') ?? '')?.text;
const labelled = (room: TestRoom) => [...room.inbox.versions.values()].filter(({ stages }) => stages.size > 0);

describe('import', () => {
  describe.each(['d7', 'infobip'] as const)('%s', (provider) => {
    test('makes the candidate the managing credential, makes and tests the first key, and destroys the candidate', async () => {
      const room = createTestRoom(provider);
      const token = await room.putCandidate();
      const result = await room.command('import');
      expect(result).toMatchObject({ ok: true, credentials: [{ versionId: token, state: 'active' }] });
      expect(JSON.parse((await room.managing.get('AWSCURRENT'))!.value.reveal())).toEqual(
        room.simulator.account().managing,
      );
      expect(await room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, ['sms'])).toBe('ok');
      expect(inboxText(room)).toBe('{}');
      expect(labelled(room).map(({ text }) => text)).toEqual(['{}']);
      expect(active(room).length).toBe(1);
    });

    test('a second import switches to a key of the new credential, and the old key drains', async () => {
      const room = createTestRoom(provider);
      await room.putCandidate();
      await room.command('import');
      const first = room.sending.holder('AWSCURRENT');
      const second = await room.putCandidate();
      expect(await room.command('import')).toMatchObject({ ok: true });
      expect(room.sending.holder('AWSCURRENT')).toBe(second);
      expect(room.sending.holder('KEYROOM_DRAINING')).toBe(first);
    });

    test('ends a rotation under way: its step finds its version superseded', async () => {
      const room = createTestRoom(provider);
      await room.putCandidate();
      await room.command('import');
      const token = '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d';
      room.sending.beginRotation(token);
      await room.step('createSecret', token);
      await room.putCandidate();
      expect(await room.command('import')).toMatchObject({ ok: true });
      await expect(room.step('finishSecret', token)).rejects.toMatchObject({ code: 'version-unknown' });
      await room.command('sweep');
      if (provider === 'infobip') expect(active(room).length).toBe(2);
    });

    test('fails when the provider refuses the candidate, and destroys it', async () => {
      const room = createTestRoom(provider);
      const managing = room.simulator.account().managing as Record<string, string>;
      const [name, secret] = Object.keys(managing) as [string, string];
      await room.putCandidate({ [name]: managing[name], [secret]: 'canary-4711' });
      const result = await room.command('import');
      expect(result).toMatchObject({ ok: false, code: 'candidate-refused-by-provider' });
      expect(inboxText(room)).toBe('{}');
      expect(await room.managing.get('AWSCURRENT')).toBeNull();
      expect(inspect([result, room.logged], { depth: 9 })).not.toContain('canary-4711');
    });

    test('keeps the candidate when the provider cannot be reached, and the sweep takes it later', async () => {
      let down = true;
      const room = createTestRoom(provider, {
        secret: (secret) => secret,
        table: (table) => table,
        http: (http) => (request) =>
          down ? Promise.resolve({ kind: 'not-written', cause: 'connect-refused' }) : http(request),
      });
      const token = await room.putCandidate();
      expect(await room.command('import')).toMatchObject({ ok: false, code: 'provider-unreachable' });
      expect(room.inbox.holder('AWSCURRENT')).toBe(token);
      down = false;
      expect(await room.command('sweep')).toMatchObject({ ok: true });
      expect(room.sending.holder('AWSCURRENT')).toBe(token);
      expect(inboxText(room)).toBe('{}');
    });

    test('fails to use a first key that could not be tested: the room has no key until it was', async () => {
      let down = false;
      const room = createTestRoom(provider, {
        secret: (secret) => secret,
        table: (table) => table,
        http: (http) => (request) =>
          down && /balance|preview/.test(String(request.url))
            ? Promise.resolve({ kind: 'no-answer', cause: 'timeout' })
            : http(request),
      });
      const token = await room.putCandidate();
      down = true;
      for (const command of ['import', 'sweep', 'sweep'] as const) {
        expect(await room.command(command)).toMatchObject({ ok: false, code: 'provider-unreachable' });
        expect(await room.sending.get('AWSCURRENT')).toBeNull();
        expect(room.sending.holder('AWSPENDING')).toBe(token);
        expect(room.inbox.holder('AWSCURRENT')).toBe(token);
      }
      expect(await room.command('status')).toMatchObject({ credentials: [{ versionId: token, state: 'pending' }] });
      down = false;
      expect(await room.command('import')).toMatchObject({ ok: true, credentials: [{ state: 'active' }] });
      expect([room.sending.holder('AWSCURRENT'), room.managing.holder('AWSCURRENT')]).toEqual([token, token]);
      // What came before the first key is no key that drains.
      room.advance(1000);
      expect(await room.command('sweep')).toMatchObject({ ok: true, credentials: [{ versionId: token }] });
      expect(room.total('KeyNotProvablyDead')).toBe(0);
      expect(room.simulator.credentials().length).toBe(1);
    });

    test.each([['AWSPENDING'], ['no other label']])(
      'a first key that is current by itself, with %s, is tested before the import is called done',
      async (label) => {
        let checks = 0;
        const room = createTestRoom(provider, {
          secret: (secret) => secret,
          table: (table) => table,
          http: (http) => (request) => {
            if (/balance|preview/.test(String(request.url))) checks += 1;
            return http(request);
          },
        });
        const token = await room.putCandidate();
        const { value } = await room.keys.provider.create((await room.inbox.get('AWSCURRENT'))!.value, {
          name: `keyroom-test-otp-${token}`,
          allowedAddresses: ['203.0.113.10', '203.0.113.11'],
          channels: ['sms'],
          validUntil: room.now() + 1e9,
        });
        await room.sending.put(token, value, ['AWSPENDING']);
        expect(room.sending.holder('AWSCURRENT')).toBe(token);
        if (label !== 'AWSPENDING') await room.sending.moveStage('AWSPENDING', { from: token });
        expect(await room.command('import')).toMatchObject({ ok: true, credentials: [{ state: 'active' }] });
        expect(room.managing.holder('AWSCURRENT')).toBe(token);
        expect(room.sending.holder('AWSPENDING')).toBeUndefined();
        expect(checks).toBe(1);
        expect(room.simulator.credentials().length).toBe(1);
      },
    );

    test('a second import that crashed after its switch is finished, and not put off until the old key has drained', async () => {
      let crashing = false;
      const room = createTestRoom(provider, {
        http: (http) => http,
        table: (table) => table,
        secret: (secret) => ({
          ...secret,
          put: (token, value, stages) =>
            crashing && stages.includes('KEYROOM_EMPTY')
              ? Promise.reject(new Error('crash'))
              : secret.put(token, value, stages),
        }),
      });
      await room.putCandidate();
      await room.command('import');
      const token = await room.putCandidate();
      crashing = true;
      expect(await room.command('import')).toMatchObject({ ok: false });
      expect(room.sending.holder('AWSCURRENT')).toBe(token);
      crashing = false;
      expect(await room.command('import')).toMatchObject({
        ok: true,
        steps: expect.arrayContaining([expect.stringContaining('is now in use')]) as unknown,
      });
      expect(inboxText(room)).toBe('{}');
      expect(room.total('RotationFinished')).toBe(2);
    });

    test('fails when the inbox is empty, was never filled, or was emptied', async () => {
      const room = createTestRoom(provider);
      expect(await room.command('import')).toMatchObject({ ok: false, code: 'candidate-missing' });
      await room.putCandidate();
      await room.command('import');
      expect(await room.command('import')).toMatchObject({ ok: false, code: 'candidate-missing' });
    });
  });

  test.each([
    ['is not JSON', 'canary-4711', 'must be a JSON object with exactly the fields username, password'],
    ['is a list', ['canary-4711'], 'must be a JSON object'],
    ['has a field too many', { username: 'u', password: 'canary-4711', 'canary-4711': 'x' }, 'has 1 other field(s)'],
    ['lacks a field', { username: 'canary-4711' }, 'password is missing'],
    ['has a number', { username: 'u', password: 4711 }, 'password must be a string'],
    ['has an empty field', { username: '', password: 'canary-4711' }, 'username must have 1 to 256 characters, got 0'],
    ['has a long field', { username: 'u', password: 'canary-4711'.repeat(30) }, 'got 330'],
    ['has a line break', { username: 'u', password: 'canary-4711\nx' }, 'password must not hold control characters'],
    ['has a space around', { username: 'u', password: ' canary-4711' }, 'must not begin or end with white space'],
  ])('fails when the candidate %s, says so without the value, and destroys it', async (_, value, sentence) => {
    const room = createTestRoom('infobip');
    await room.putCandidate(value);
    const result = await room.command('import');
    expect(result).toMatchObject({
      ok: false,
      code: 'candidate-malformed',
      message: expect.stringContaining(sentence) as string,
    });
    expect(JSON.stringify([result, room.logged])).not.toContain('canary-4711');
    expect(inboxText(room)).toBe('{}');
  });

  test('fails when the provider does not let the candidate’s key send, and destroys it', async () => {
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) =>
        String(request.url).endsWith('/preview')
          ? Promise.resolve({ kind: 'response', status: 403, headers: {}, body: 'Forbidden' })
          : http(request),
    });
    await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'key-lacks-scope' });
    expect(await room.sending.get('AWSCURRENT')).toBeNull();
    expect(inboxText(room)).toBe('{}');
  });

  test('fails when the new key may not be used from here, keeps the candidate, and goes on once it may', async () => {
    const room = createTestRoom('infobip');
    const token = await room.putCandidate();
    room.source = '198.51.100.7';
    expect(await room.command('import')).toMatchObject({ ok: false, code: 'address-refused' });
    // For hours, if need be: the key that waits is not taken for one of a stuck rotation.
    room.advance(7200);
    await room.command('sweep');
    expect(room.inbox.holder('AWSCURRENT')).toBe(token);
    expect(room.sending.holder('AWSPENDING')).toBe(token);
    room.source = '203.0.113.10';
    expect(await room.command('import')).toMatchObject({ ok: true });
    // The key made the first time is the one in use: the second run found it.
    expect(room.simulator.credentials().length).toBe(1);
  });

  test('while an old key drains, a new managing credential comes in and the sending key stays', async () => {
    const room = createTestRoom('infobip');
    await room.putCandidate();
    await room.command('import');
    await room.rotate();
    const current = room.sending.holder('AWSCURRENT');
    room.simulator.changeAccount({ managing: { username: 'keyroom-2' } });
    const token = await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect(room.managing.holder('AWSCURRENT')).toBe(token);
    expect(room.sending.holder('AWSCURRENT')).toBe(current);
    room.advance(901);
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    expect(active(room).length).toBe(1);
  });

  test('a candidate put while another is taken stays', async () => {
    let newer = '';
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => async (request) => {
        if (newer === '') newer = await room.putCandidate();
        return http(request);
      },
    });
    await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: true });
    expect(room.inbox.holder('AWSCURRENT')).toBe(newer);
    expect(room.inbox.holder('AWSPREVIOUS')).toBeUndefined();
  });
});
