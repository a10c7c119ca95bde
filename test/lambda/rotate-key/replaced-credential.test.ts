import type { HttpRequest } from '../../../lambda/shared/http.ts';
import { consoleOf, firstCredential } from './support/console.ts';
import { canSend, closable, imported, type Options, prepared, reportOf } from './support/standby.ts';

describe.each(['d7', 'infobip', 'twilio'] as const)('%s: a replaced credential', (provider) => {
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

test('d7: a token that drains is dead as soon as its application is', async () => {
  const { room, first } = await prepared('d7');
  const token = room.sending.holder('AWSCURRENT')!;
  const state = async () => {
    const status = await room.command('status');
    return status.ok && status.credentials.find(({ versionId }) => versionId === token)?.state;
  };
  await room.command('swap');
  expect(await state()).toBe('draining');
  consoleOf(room).remove(room, first);
  await room.command('sweep');
  expect(await state()).toBe('dead');
});

test('d7: an application imported twice is deleted like any other, and every token of it is dead', async () => {
  const room = await imported('d7');
  const first = firstCredential(room);
  const token = room.sending.holder('AWSCURRENT')!;
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  const old = room.managing.holder('AWSCURRENT')!;
  await room.putCandidate(consoleOf(room).make(room, 'second'));
  expect(await room.command('import')).toMatchObject({ ok: true });
  const todo = expect.stringContaining(`Delete the application ${first.clientId}`) as string;
  expect(await reportOf(room, old)).toMatchObject({ state: 'draining', todo });
  expect(await room.command('sweep')).toMatchObject({ steps: expect.arrayContaining([todo]) as unknown });
  room.advance(1000);
  await room.command('sweep');
  consoleOf(room).remove(room, first);
  await room.command('sweep');
  const status = await room.command('status');
  const stateOf = (versionId: string) =>
    status.ok && status.credentials.find((credential) => credential.versionId === versionId)?.state;
  expect([(await reportOf(room, old))?.state, stateOf(token)]).toEqual(['dead', 'dead']);
});

/** Whether a call is made with a managing credential or, at D7, with a token of it. */
const isMadeWith = (credential: Readonly<Record<string, string>>, { headers, body }: HttpRequest): boolean => {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  const said = scheme === 'Basic' ? [value] : (value.split('.')[1] ?? '').split(' ');
  const read = said.map((text) => Buffer.from(text, 'base64').toString()).join('');
  return Object.values(credential).some((field) => !field.startsWith('AC') && `${read}${body ?? ''}`.includes(field));
};

interface Answers {
  readonly managing?: number;
  readonly sending?: number;
}

const kindOf = ({ headers }: HttpRequest): keyof Answers =>
  headers.authorization?.startsWith('Bearer') ? 'sending' : 'managing';

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

  test.each([
    ['infobip', 'no answer about it', { managing: 503 }],
    ['twilio', 'no answer about it', { managing: 503 }],
    ['d7', 'no answer about it, and its token refused', { managing: 503, sending: 401 }],
    ['d7', 'its token refused, and another one made', { sending: 401 }],
  ] as const)('%s: is not taken for dead on %s, while the one in use is taken', async (provider, _, answers) => {
    const struck: { credential?: Readonly<Record<string, string>> } = {};
    const wanted: Answers = answers;
    const {
      room,
      first,
      old: version,
    } = await swapped(provider, {
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) => {
        const { credential } = struck;
        const status = credential && isMadeWith(credential, request) ? wanted[kindOf(request)] : undefined;
        return status === undefined
          ? http(request)
          : Promise.resolve({ kind: 'response', status, headers: {}, body: '{}' });
      },
    });
    struck.credential = first;
    room.advance(1000);
    await room.command('sweep');
    expect(await reportOf(room, version)).toMatchObject({ state: 'draining' });
    expect(room.total('KeyProvedDead')).toBe(provider === 'd7' ? 0 : 1);
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
