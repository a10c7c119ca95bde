import { PassThrough } from 'node:stream';

import { RoomRefusal } from '../../operator/errors.ts';
import { createReport } from '../../operator/report.ts';
import { rotateAsking, type RotateOptions } from '../../operator/rotate.ts';
import { createTestRoom, type TestRoom } from '../lambda/rotate-key/support/room.ts';
import { EGRESS } from '../lambda/rotate-key/support/simulated-http.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const ON = 'npm run keyroom -- rotate otp -e test --until-retired --resume';

const imported = async (provider: 'd7' | 'infobip' = 'infobip'): Promise<TestRoom> => {
  const room = createTestRoom(provider);
  await room.putCandidate();
  await room.command('import');
  return room;
};

interface Document {
  readonly ok: boolean;
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The command against the room's own handler; Secrets Manager's part runs while it waits, a step at each look. */
const command = async (
  room: TestRoom,
  options: Partial<RotateOptions> = {},
  {
    service = true,
    onAsk = () => Promise.resolve(),
  }: { service?: boolean; onAsk?: (action: string) => Promise<void> } = {},
) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const report = createReport({ json: true, out, err, now: () => room.now() });
  const queue: { step: (typeof STEPS)[number]; token: string }[] = [];
  const begin = (token: string): void => {
    room.sending.beginRotation(token);
    queue.push(...STEPS.map((step) => ({ step, token })));
  };
  room.sending.onRotate = begin;
  const pending = room.sending.holder('AWSPENDING');
  if (pending !== undefined && pending !== room.sending.holder('AWSCURRENT')) begin(pending);
  const asked: string[] = [];
  let result: boolean | undefined;
  let error: unknown;
  try {
    result = await rotateAsking(
      async (action) => {
        asked.push(action);
        await onAsk(action);
        const answer = await room.command(action);
        if (!answer.ok) throw new RoomRefusal(answer);
        return answer;
      },
      report,
      {
        resume: false,
        untilRetired: false,
        timeoutSeconds: 3600,
        goOn: ON,
        now: () => room.now(),
        pause: async (milliseconds) => {
          room.advance(milliseconds / 1000);
          const next = service ? queue[0] : undefined;
          // A step that fails is called again.
          if (next)
            await room.step(next.step, next.token).then(
              () => queue.shift(),
              () => room.advance(20),
            );
        },
        ...options,
      },
    );
  } catch (thrown: unknown) {
    error = thrown;
  }
  report.finish('rotation');
  const document = JSON.parse(String(out.read())) as Document;
  return { result, error, asked, said: String(err.read()), names: document.steps.map(({ name }) => name), ...document };
};

const current = (room: TestRoom) => room.sending.holder('AWSCURRENT');

describe('keyroom rotate', () => {
  test('shows each state of the new key, with its time, as a step of its own', async () => {
    const room = await imported();
    const old = current(room);
    const { ok, steps, figures, result, said } = await command(room);
    expect([ok, result, figures.activeVersion]).toEqual([true, undefined, current(room)]);
    expect(current(room)).not.toBe(old);
    expect(steps.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      expect.stringMatching(/^start the rotation: version [0-9a-f]{8} is pending$/),
      expect.stringMatching(/^make the new key and test it: \S+ at the provider, tested at \d\d:\d\d:\d\d UTC$/),
      expect.stringMatching(/^switch to the new key: version [0-9a-f]{8} is active since \d\d:\d\d:\d\d UTC$/),
    ]);
    expect(said).toContain(`To see it proved dead: ${ON}`);
  });

  test.each([
    ['infobip', true, 'dead'],
    ['d7', false, 'not-provably-dead'],
  ] as const)('follows the old key of %s to its end when asked to', async (provider, proved, state) => {
    const room = await imported(provider);
    const old = current(room);
    const { result, figures, steps, said, asked } = await command(room, { untilRetired: true });
    expect([result, figures.oldState, figures.oldVersion]).toEqual([proved, state, old]);
    expect(steps.at(-2)?.detail).toMatch(/^until \d\d:\d\d:\d\d UTC$/);
    expect(steps.at(-1)?.detail).toMatch(new RegExp(`is ${state} since \\d\\d:\\d\\d:\\d\\d UTC`));
    expect(said).toMatch(/version [0-9a-f]{8} drains until \d\d:\d\d:\d\d UTC/);
    // Sweeps are for what is due, and not for passing the time.
    expect(asked.filter((action) => action === 'sweep').length).toBeLessThan(3);
  });

  test('attaches to a rotation that is under way, says so and starts no other one', async () => {
    const room = await imported();
    await room.keys.sending.startRotation('5d0b7a44-7f25-4a0a-9d0c-6a51d5a4f0a1');
    const { ok, asked, steps, said } = await command(room);
    expect([ok, asked.includes('rotate')]).toEqual([true, false]);
    expect(steps[0]).toMatchObject({ name: 'attach to the rotation that is under way' });
    expect(said).toContain('no other one is started');
    expect(current(room)).toBe('5d0b7a44-7f25-4a0a-9d0c-6a51d5a4f0a1');
  });

  test('attaches when somebody else starts one between the look and the command', async () => {
    const room = await imported();
    const token = '5d0b7a44-7f25-4a0a-9d0c-6a51d5a4f0a1';
    const onAsk = async (action: string) => {
      if (action === 'rotate') await room.keys.sending.startRotation(token);
    };
    const { ok, said } = await command(room, {}, { onAsk });
    expect([ok, current(room)]).toEqual([true, token]);
    expect(said).toContain('attaching to it');
  });

  test('fails while an old key drains, and names the command that waits for it', async () => {
    const room = await imported();
    await command(room);
    const { error, said } = await command(room, { untilRetired: true });
    expect(error).toMatchObject({ code: 'old-key-still-draining' });
    expect(said).toContain(`to wait for the end of that key: ${ON}`);
  });
});

describe('keyroom rotate --resume', () => {
  const RESUME = { resume: true, untilRetired: true };

  test('goes on with the old key of the last rotation, and starts none', async () => {
    const room = await imported();
    const old = current(room);
    await command(room);
    const now = current(room);
    const { result, asked, figures } = await command(room, RESUME);
    expect([result, figures.oldVersion, asked.includes('rotate')]).toEqual([true, old, false]);
    expect(current(room)).toBe(now);
  });

  test('goes on with a rotation that is under way', async () => {
    const room = await imported();
    const first = await command(room, { timeoutSeconds: 2 }, { service: false });
    expect(first.error).toMatchObject({ message: expect.stringContaining(`To go on watching: ${ON}`) as string });
    const pending = room.sending.holder('AWSPENDING');
    const { result, asked } = await command(room, RESUME);
    expect([result, current(room), asked.includes('rotate')]).toEqual([true, pending, false]);
  });

  test('tells again how it ended when nothing is left to wait for', async () => {
    const room = await imported('d7');
    await command(room, { untilRetired: true });
    const { result, asked, figures } = await command(room, RESUME);
    expect([result, figures.oldState]).toEqual([false, 'not-provably-dead']);
    expect(asked).not.toContain('rotate');
  });

  test('fails in a room without a key', async () => {
    const { error } = await command(createTestRoom('infobip'), RESUME);
    expect(error).toMatchObject({ message: expect.stringContaining('nothing to resume') as string });
  });
});

describe('keyroom rotate when something fails', () => {
  test('a step that fails in the room is shown with its code and fix, once for each time, and then goes on', async () => {
    const room = await imported();
    room.source = '198.51.100.66';
    let looks = 0;
    const onAsk = (action: string) => {
      if (action === 'status' && (looks += 1) === 9) room.source = EGRESS;
      return Promise.resolve();
    };
    const { ok, said, figures } = await command(room, {}, { onAsk });
    expect(ok).toBe(true);
    const failures = figures.failures as { code: string; at: string }[];
    expect(said.match(/! testSecret failed at/g)).toHaveLength(failures.length);
    expect(new Set(failures.map(({ at }) => at)).size).toBe(failures.length);
    expect(said).toMatch(
      /! testSecret failed at \d\d:\d\d:\d\d UTC.*\(address-refused\)\n +what to do: Allow the addr/,
    );
  });

  test('ends with the code and the fix of what failed last when the time is over', async () => {
    const room = await imported();
    room.source = '198.51.100.66';
    const { error, ok } = await command(room, { timeoutSeconds: 240 });
    expect([ok, error]).toEqual([
      false,
      expect.objectContaining({ code: 'address-refused', fix: expect.stringContaining('EgressAddresses') as string }),
    ]);
    expect(String(error)).toContain(ON);
  });

  test('fails when the rotation was ended in the room', async () => {
    const room = await imported();
    let looks = 0;
    const onAsk = async (action: string) => {
      const pending = room.sending.holder('AWSPENDING');
      if (action === 'status' && (looks += 1) === 4 && pending)
        await room.sending.moveStage('AWSPENDING', { from: pending });
    };
    const { error } = await command(room, {}, { service: false, onAsk });
    expect(error).toMatchObject({ message: expect.stringContaining('was ended in the room') as string });
  });

  test('goes on when the network is away for a while, and says so once', async () => {
    const room = await imported();
    let looks = 0;
    const onAsk = (action: string) =>
      action === 'status' && [3, 4, 5].includes((looks += 1))
        ? Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
        : Promise.resolve();
    const { ok, said } = await command(room, {}, { onAsk });
    expect([ok, said.match(/no answer yet/g)?.length]).toEqual([true, 1]);
  });

  test('fails at once when AWS answers that it may not', async () => {
    const room = await imported();
    const denied = Object.assign(new Error('not authorized'), { $metadata: { httpStatusCode: 403 } });
    const { error, asked } = await command(room, {}, { onAsk: () => Promise.reject(denied) });
    expect([error, asked.length]).toEqual([denied, 1]);
  });

  test('Ctrl-C ends the watching, says how to go on, and leaves the rotation to the room', async () => {
    const room = await imported();
    const controller = new AbortController();
    let looks = 0;
    const onAsk = () => {
      if ((looks += 1) === 4) controller.abort();
      return Promise.resolve();
    };
    const { ok, error } = await command(room, { interrupted: controller.signal }, { onAsk });
    expect(ok).toBe(false);
    expect(String(error)).toContain(`interrupted. The room goes on by itself. To go on watching: ${ON}`);
    expect(room.sending.holder('AWSPENDING')).toBeDefined();
    expect((await command(room, { resume: true, untilRetired: true })).result).toBe(true);
  });
});
