import { explore } from './support/explore.ts';
import { fingerprint } from './support/fingerprint.ts';
import { createTestRoom } from './support/room.ts';
import { STORIES } from './support/stories.ts';
import { command, pause, rotation, type Story } from './support/story.ts';

const MINUTE_MS = 60_000;

describe.each(['d7', 'infobip', 'twilio'] as const)('a checkpoint of a room of %s', (provider) => {
  const filled = async () => {
    const room = createTestRoom(provider, undefined, {}, MINUTE_MS);
    await room.putCandidate();
    await room.command('import');
    return room;
  };
  const live = async (room: Awaited<ReturnType<typeof filled>>): Promise<string> => {
    await room.rotate();
    room.advance(1000);
    await room.command('sweep');
    room.nextTick();
    return fingerprint(room, 'later');
  };

  test('brings everything back, again and again, and life goes on from there as it did', async () => {
    const room = await filled();
    const [before, logged] = [fingerprint(room, 'now'), room.logged.length];
    const restore = room.checkpoint();
    const later = await live(room);
    expect(later).not.toBe(fingerprint(room, 'now'));
    for (let again = 0; again < 2; again += 1) {
      restore();
      expect(fingerprint(room, 'now')).toBe(before);
      expect(room.logged.length).toBe(logged);
      expect(await live(room)).toBe(later);
    }
  });

  test('has what was counted, also where less was counted in between', async () => {
    const room = await filled();
    const early = room.checkpoint();
    await room.rotate();
    const late = room.checkpoint();
    const counted = room.total('RotationFinished');
    early();
    expect(room.total('RotationFinished')).toBe(counted - 1);
    late();
    expect(room.total('RotationFinished')).toBe(counted);
  });

  test('has settings and the managing credential, too', async () => {
    const room = await filled();
    const restore = room.checkpoint();
    const account = JSON.stringify(room.simulator.account());
    room.simulator.changeAccount({ managing: {}, propagationSeconds: 5 });
    restore();
    expect(JSON.stringify(room.simulator.account())).toBe(account);
    expect(await room.rotate()).toBe('done');
  });
});

describe('fingerprint', () => {
  const worldOf = async (change: (room: ReturnType<typeof createTestRoom>) => unknown) => {
    const room = createTestRoom('infobip', undefined, {}, MINUTE_MS);
    await room.putCandidate();
    await room.command('import');
    room.nextTick();
    await change(room);
    return fingerprint(room, 'here');
  };
  const same = () => undefined;

  test('is the same for worlds that differ in what was made at random, and in the time of day', async () => {
    expect(await worldOf(same)).toBe(await worldOf(same));
  });

  test.each<[string, (room: ReturnType<typeof createTestRoom>) => unknown]>([
    [
      'a minute',
      (room) => {
        room.advance(60);
      },
    ],
    ['a label', (room) => room.sending.moveStage('OTHER', { to: room.sending.holder('AWSCURRENT')! })],
    [
      'a version',
      (room) => {
        room.sending.beginRotation('0b6a6d5e-7f0c-4f5e-9a52-6d1f3d3f8a10');
      },
    ],
    ['the inbox', (room) => room.putCandidate()],
    [
      'a key at the provider',
      (room) =>
        room.keys.managing.get('AWSCURRENT').then((managing) =>
          room.keys.provider.create(managing!.value, {
            name: 'x',
            allowedAddresses: ['203.0.113.10'],
            channels: ['sms'],
            validUntil: room.now() + 1e9,
          }),
        ),
    ],
    [
      'a claim',
      (room) =>
        room.keys.state
          .read()
          .then((state) =>
            room.keys.state.write(
              { ...state, claim: { by: 'someone', until: new Date(room.now() + MINUTE_MS).toISOString() } },
              state,
            ),
          ),
    ],
    [
      'the provider’s settings',
      (room) => {
        room.simulator.changeAccount({ propagationSeconds: 5 });
      },
    ],
  ])('tells worlds apart that differ in %s', async (_, change) => {
    expect(await worldOf(change)).not.toBe(await worldOf(same));
  });

  test('a claim that is over is none', async () => {
    const over = await worldOf(async (room) => {
      const state = await room.keys.state.read();
      await room.keys.state.write({ ...state, claim: { by: 'x', until: new Date(room.now()).toISOString() } }, state);
    });
    expect(over).toBe(await worldOf(same));
  });
});

describe('explore', () => {
  const story = (acts: Story['acts'], broken: readonly string[]): Story => ({
    provider: 'd7',
    begin: async (room) => {
      await room.putCandidate();
      await room.command('import');
    },
    acts,
    always: () => [],
    end: (_, injected) => Promise.resolve(injected >= 2 ? broken : []),
  });

  test('says what holds no more from two faults on, with a schedule that shows it', async () => {
    const sweeps = story([command('status'), command('status')], ['it broke']);
    expect((await explore(sweeps, 1)).broken.size).toBe(0);
    const { broken } = await explore(sweeps, 2);
    expect([...broken.keys()]).toEqual(['it broke']);
    expect(broken.get('it broke')).toMatch(/^status: \S+ at \w+ \(call \d+\), status: \S+ at \w+ \(call \d+\)$/);
  });

  test('plays two faults where one shows nothing: the second lost token is counted, too', async () => {
    const told = STORIES.import!('d7');
    for (const faults of [1, 2]) {
      expect([faults, ...(await explore(told, faults)).broken]).toEqual([faults]);
    }
  }, 60_000);

  test('plays what follows from a state once', async () => {
    expect(await explore(story([rotation, pause(1000)], []), 0)).toMatchObject({ schedules: 1, states: 6, runs: 5 });
  });
});
