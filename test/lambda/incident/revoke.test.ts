import type { KeysAnswer, KeysCommand } from '../../../lambda/shared/keys-command.ts';
import type { SimulatedProviderName } from '../../../local/simulators/start.ts';
import { consoleOf, firstCredential } from '../rotate-key/support/console.ts';
import type { TestRoom } from '../rotate-key/support/room.ts';
import { canSend, closable, imported, prepared } from '../rotate-key/support/standby.ts';
import { createDesk, type Desk, keyOf } from './support/desk.ts';

const REVOKE = { command: 'revoke' };
const MANAGING = { command: 'revoke', arguments: { credential: 'managing' } };

const livingKeys = (room: TestRoom) =>
  room.simulator
    .credentials()
    .filter(({ state, label }) => state === 'active' && label.startsWith('keyroom-test-otp-'));

/** The function that keeps a room's keys, as the incident function calls it. */
const keysOf =
  (room: TestRoom) =>
  ({ action, ...more }: KeysCommand): Promise<KeysAnswer> =>
    room.command(action, more);

/** A key that is in use, the one before it, which drains, and a second credential that waits. */
const leaked = async (
  provider: SimulatedProviderName,
  ...rest: Parameters<typeof imported> extends [unknown, ...infer R] ? R : never
) => {
  const { room, first, old } = await prepared(provider, ...rest);
  await room.rotate();
  return { room, first, old, versions: [room.sending.holder('AWSCURRENT'), room.sending.holder('AWSPREVIOUS')] };
};

/** A minute's schedule, for both functions. */
const minute = async (desk: Desk, room: TestRoom): Promise<void> => {
  room.advance(60);
  await desk.resume();
};

describe('revoke', () => {
  test('ends every key there was, proves it, and has a new one in use; the room is not frozen', async () => {
    const { room, versions } = await leaked('infobip');
    const desk = createDesk({ keys: keysOf(room) });
    const job = await desk.do(REVOKE);
    expect(job).toMatchObject({ state: 'done', outcome: 'the key is dead, and a new key is in use', todo: null });
    expect(job.steps.map(({ name, state }) => [name, state])).toEqual(
      ['what has to die', 'revocation', 'new key', 'proof of death'].map((name) => [name, 'done']),
    );
    expect(job.steps[0]?.found).toBe(versions.join(' '));
    expect([livingKeys(room).length, await canSend(room), desk.isFrozen()]).toEqual([1, 'ok', false]);
    const actions = [...desk.table.items.keys()].filter((pk) => pk.startsWith(`action#${job.id}#`));
    expect(actions).toHaveLength(4);
  });

  test.each(['d7', 'twilio', 'infobip'] as const)(
    '%s: of what makes the keys says what to delete, asks every minute, and says when it is dead',
    async (provider) => {
      const { room, first, old } = await leaked(provider);
      const desk = createDesk({ keys: keysOf(room) });
      const job = await desk.do(MANAGING);
      expect(job).toMatchObject({ state: 'unproved', todo: expect.stringContaining('Delete the') as unknown });
      expect([job.steps[0]?.found, await canSend(room), desk.isFrozen()]).toEqual([old, 'ok', false]);
      await minute(desk, room);
      expect((await desk.look(job.id)).body.state).toBe('unproved');
      consoleOf(room).remove(room, first);
      await minute(desk, room);
      expect((await desk.look(job.id)).body).toMatchObject({
        state: 'done',
        outcome: 'the managing credential is dead, and a new key is in use',
        todo: null,
      });
    },
  );

  test('of a token, which ends with its application alone, does the same', async () => {
    const { room, first } = await leaked('d7');
    const desk = createDesk({ keys: keysOf(room) });
    const job = await desk.do(REVOKE);
    expect(job).toMatchObject({
      state: 'unproved',
      todo: expect.stringContaining(`Delete the application ${first.clientId}`) as unknown,
    });
    expect(await canSend(room)).toBe('ok');
    consoleOf(room).remove(room, firstCredential(room));
    await minute(desk, room);
    expect((await desk.look(job.id)).body.state).toBe('done');
  });

  test('commanded by a second person before it is at its end means the same keys, and neither their successor nor another standby', async () => {
    const { room, first, old } = await leaked('d7');
    const desk = createDesk({ keys: keysOf(room) });
    const mine = await desk.do(REVOKE);
    const successor = room.sending.holder('AWSCURRENT');
    const theirs = await desk.do(REVOKE, { session: 'bob' });
    expect(theirs).toMatchObject({ state: 'unproved', todo: mine.todo });
    expect(theirs.steps[0]).toMatchObject({
      found: mine.steps[0]?.found,
      detail: 'the key: what ann has commanded already',
    });
    expect(room.sending.holder('AWSCURRENT')).toBe(successor);
    // Of what makes the keys, it is another command.
    const managing = await desk.do(MANAGING);
    expect(managing.steps[0]?.found).not.toBe(mine.steps[0]?.found);
    expect(managing.steps[0]?.found).not.toBe(old);
    consoleOf(room).remove(room, first);
    await minute(desk, room);
    for (const { id } of [mine, theirs]) expect((await desk.look(id)).body.state).toBe('done');
  });

  test('asks for half an hour at most, and keeps saying what is to be done', async () => {
    const { room } = await leaked('d7');
    const desk = createDesk({ keys: keysOf(room) });
    const job = await desk.do(REVOKE);
    for (let run = 0; run < 40; run++) await minute(desk, room);
    const asked = desk.asked.length;
    await minute(desk, room);
    expect(desk.asked.length).toBe(asked);
    expect((await desk.look(job.id)).body).toMatchObject({
      state: 'unproved',
      todo: expect.stringContaining('Delete') as unknown,
    });
  });

  test('freezes the room while the provider is away, says so, goes on once it is back, and leaves it frozen', async () => {
    const { door, interference } = closable();
    const { room } = await leaked('infobip', interference);
    const desk = createDesk({ keys: keysOf(room) });
    door.answer = 503;
    const job = await desk.do(REVOKE);
    expect(job).toMatchObject({
      state: 'running',
      outcome: expect.stringMatching(/gives no answer.*not dead.*the room is frozen: all 3 layers hold/) as unknown,
      todo: expect.stringContaining('in the provider’s console') as unknown,
    });
    expect([desk.isFrozen(), desk.functions.held, desk.secret.held]).toEqual([true, true, true]);
    door.answer = 'real';
    await minute(desk, room);
    expect((await desk.look(job.id)).body).toMatchObject({
      state: 'done',
      outcome: 'the key is dead, and a new key is there, and the room is frozen',
      todo: expect.stringContaining('keyroom unfreeze alerts -e test') as unknown,
    });
    expect([desk.isFrozen(), livingKeys(room).length]).toEqual([true, 1]);
  });

  test('does not try so long that nothing is left of the function’s time to freeze the room in', async () => {
    const desk = createDesk({
      keys: ({ action }) => {
        if (action === 'status') {
          const credentials = [{ versionId: 'version-1', state: 'active' }];
          return Promise.resolve({ ok: true, steps: [], credentials, managing: [] });
        }
        desk.clock.advance(40_000);
        return Promise.resolve({ ok: false, code: 'provider-unreachable', message: '', fix: '', retryable: true });
      },
    });
    await desk.do(REVOKE);
    expect([desk.asked.map(({ action }) => action), desk.isFrozen()]).toEqual([['status', 'revoke'], true]);
  });

  test('replaces a key that was revoked already and has no successor', async () => {
    const room = await imported('twilio');
    await room.command('revoke', { versions: [room.sending.holder('AWSCURRENT')!] });
    const desk = createDesk({ keys: keysOf(room) });
    expect(await desk.do(REVOKE)).toMatchObject({ state: 'done' });
    expect([livingKeys(room).length, await canSend(room)]).toEqual([1, 'ok']);
  });

  test('fails, and says what to do, where nothing can take over', async () => {
    const room = await imported('d7');
    const desk = createDesk({ keys: keysOf(room) });
    expect(await desk.do(REVOKE)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('the key is not revoked: this provider ends a key only together') as unknown,
      todo: expect.stringContaining('import-key') as unknown,
    });
    expect([await canSend(room), desk.isFrozen()]).toEqual(['ok', false]);
  });

  test('fails in a room without a key, and without one that is known', async () => {
    expect(await createDesk({ sandbox: true }).do(REVOKE)).toMatchObject({ state: 'failed' });
    const wrong = await createDesk().command({ command: 'revoke', arguments: { credential: 'all' } });
    expect([wrong.status, wrong.body.allowed]).toEqual([400, 'sending, managing']);
  });

  test('ends nothing where it cannot keep what it is to end', async () => {
    const { room } = await leaked('infobip');
    let puts = 0;
    const desk = createDesk({
      keys: keysOf(room),
      // Written down and claimed; from then on the ledger is away.
      around: (operation, apply, pk) =>
        operation === 'put' && keyOf(pk).startsWith('job#') && ++puts > 2
          ? Promise.reject(new Error('away'))
          : Promise.resolve(apply()),
    });
    await desk.command(REVOKE);
    await desk.run();
    expect(desk.asked.map(({ action }) => action)).toEqual(['status', 'status', 'status']);
    expect([livingKeys(room).length, await canSend(room)]).toEqual([2, 'ok']);
  });
});

describe('a crash of a revocation', () => {
  /** Dies at the nth call to the outside, before it is done or after. */
  const crashingDesk = (room: TestRoom, at: number, isAfter: boolean) => {
    let calls = 0;
    let isDead = false;
    const never = <T>() => new Promise<T>(() => undefined);
    const alive = async <T>(apply: () => T | Promise<T>): Promise<T> => {
      if (isDead) return never();
      const isLast = ++calls === at;
      if (isLast) isDead = true;
      if (isLast && !isAfter) return never();
      const result = await apply();
      return isLast ? never() : result;
    };
    const keys = keysOf(room);
    const desk = createDesk({
      around: (_operation, apply) => alive(apply),
      keys: (command) => alive(() => keys(command)),
    });
    return {
      desk,
      isDead: () => isDead,
      revive: () => {
        isDead = false;
        calls = Number.NEGATIVE_INFINITY;
      },
    };
  };

  test.each([
    ['infobip', false],
    ['infobip', true],
    ['d7', false],
    ['d7', true],
  ] as const)(
    '%s: at every call, done or not (%s): gone on with, it ends the same keys and no other',
    async (provider, isAfter) => {
      let crashes = 0;
      for (let at = 1; ; at++) {
        const { room, versions } = await leaked(provider);
        const { desk, isDead, revive } = crashingDesk(room, at, isAfter);
        const command = { key: 'the-one' };
        const run = { isOver: false };
        void desk
          .command(REVOKE, command)
          .then(() => desk.run())
          .then(() => (run.isOver = true));
        while (!run.isOver && !isDead()) await new Promise((resolve) => setImmediate(resolve));
        const hasCrashed = isDead();
        revive();
        desk.clock.advance(200_000);
        room.advance(200);
        // Whoever has no answer repeats the command with its key; the schedule takes up what is there.
        const { body } = await desk.command(REVOKE, command);
        await desk.run();
        await minute(desk, room);
        if (provider === 'd7') consoleOf(room).remove(room, firstCredential(room));
        const successor = room.sending.holder('AWSCURRENT');
        await minute(desk, room);
        expect([at, (await desk.look(body.id)).body.state]).toEqual([at, 'done']);
        expect([room.sending.holder('AWSCURRENT'), await canSend(room)]).toEqual([successor, 'ok']);
        expect(versions).not.toContain(successor);
        if (provider === 'infobip') expect(livingKeys(room)).toHaveLength(1);
        const asked = desk.asked.filter(({ action }) => action === 'revoke') as {
          readonly versions: readonly string[];
        }[];
        for (const one of asked) expect(one.versions).toEqual(versions);
        if (!hasCrashed) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThan(15);
    },
  );
});
