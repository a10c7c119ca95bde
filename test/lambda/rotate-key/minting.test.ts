import { createFaultInjector } from './support/faults.ts';
import { createTestRoom, type TestRoom } from './support/room.ts';

const imported = async (): Promise<{ room: TestRoom; faults: ReturnType<typeof createFaultInjector> }> => {
  const faults = createFaultInjector();
  const room = createTestRoom('d7', faults);
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  return { room, faults };
};

/** Plays one step with a fault at the call that mints. */
const createSecret = async (
  room: TestRoom,
  faults: ReturnType<typeof createFaultInjector>,
  fault?: 'lost' | 'crash-after',
) => {
  const token = room.beginRotation();
  const restore = room.checkpoint();
  faults.armed = true;
  faults.start(new Map());
  await room.step('createSecret', token);
  const mints = faults.calls.indexOf('POST');
  restore();
  faults.start(fault === undefined ? new Map() : new Map([[mints, fault]]));
  const outcome = await room.step('createSecret', token).then(
    () => 'done',
    () => 'failed',
  );
  faults.armed = false;
  return outcome;
};

describe('a token that was made and lost', () => {
  test.each(['lost', 'crash-after'] as const)(
    'is counted once, by the try after it and the next sweep (%s)',
    async (fault) => {
      const { room, faults } = await imported();
      expect(await createSecret(room, faults, fault)).toBe('failed');
      expect(room.simulator.credentials().length).toBe(2);
      room.advance(300);
      expect(await room.rotate()).toBe('done');
      await room.command('sweep');
      await room.command('sweep');
      expect(room.total('OrphanKeys')).toBe(1);
    },
  );

  test('is counted when its rotation never comes back to it', async () => {
    const { room, faults } = await imported();
    expect(await createSecret(room, faults, 'crash-after')).toBe('failed');
    await room.command('sweep');
    expect(room.total('OrphanKeys')).toBe(0);
    room.advance(3700);
    expect(await room.command('sweep')).toMatchObject({
      ok: true,
      steps: expect.arrayContaining([expect.stringContaining('made and lost')]) as unknown,
    });
    expect(room.total('OrphanKeys')).toBe(1);
  });

  test('is none when the provider refused to make one, and none when all went well', async () => {
    const { room, faults } = await imported();
    expect(await createSecret(room, faults)).toBe('done');
    expect(await room.rotate()).toBe('done');
    room.simulator.changeAccount({ managing: {} });
    expect(await room.rotate({ tries: 2 })).toBe('managing-credential-refused');
    room.advance(3700);
    await room.command('sweep');
    expect(room.total('OrphanKeys')).toBe(0);
  });
});
