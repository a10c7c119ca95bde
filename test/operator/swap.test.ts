import { PassThrough } from 'node:stream';

import { RoomRefusal } from '../../operator/errors.ts';
import { createReport } from '../../operator/report.ts';
import { swapAsking } from '../../operator/swap.ts';
import { consoleOf, firstCredential } from '../lambda/rotate-key/support/console.ts';
import { createTestRoom, type TestRoom } from '../lambda/rotate-key/support/room.ts';

const prepared = async (): Promise<TestRoom> => {
  const room = createTestRoom('d7');
  await room.putCandidate();
  await room.command('import');
  await room.putCandidate(consoleOf(room).make(room, 'second'), ['AWSCURRENT', 'KEYROOM_STANDBY']);
  await room.command('import');
  return room;
};

/** The command against the room's own handler. */
const swapping = async (room: TestRoom, timeoutSeconds = 0, onPause: (room: TestRoom) => void = () => undefined) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const report = createReport({ json: true, out, err, now: () => room.now() });
  const asked: string[] = [];
  const work = swapAsking(
    async ({ action, ...more }) => {
      asked.push(action);
      const result = await room.command(action, more);
      if (!result.ok) throw new RoomRefusal(result);
      return result;
    },
    report,
    {
      timeoutSeconds,
      now: () => room.now(),
      pause: (ms) => {
        room.advance(ms / 1000);
        onPause(room);
        return Promise.resolve();
      },
    },
  );
  const proved = await work.catch((error: unknown) => (error instanceof RoomRefusal ? error.code : 'another error'));
  report.finish('swap');
  return {
    proved,
    asked,
    said: String(err.read()),
    document: JSON.parse(String(out.read())) as { readonly figures: unknown },
  };
};

describe('keyroom swap', () => {
  test('swaps, says what to delete before it asks the provider, and that it is not proved dead', async () => {
    const room = await prepared();
    const { clientId = '' } = firstCredential(room);
    const { proved, said, document } = await swapping(room);
    expect(proved).toBe(false);
    expect(said).toMatch(new RegExp(`Delete the application ${clientId} in D7’s control panel[^]+ask the provider`));
    expect(said).toContain(`not proved dead yet: ${clientId}`);
    expect(document.figures).toMatchObject({ notProvedDead: [{ publicId: clientId, state: 'draining' }] });
    expect(JSON.stringify(document) + said).not.toContain(firstCredential(room).clientSecret);
  });

  test('waits for the deletion as long as it is told to, and no longer', async () => {
    const room = await prepared();
    const first = firstCredential(room);
    let pauses = 0;
    const { proved, said } = await swapping(room, 60, (own) => {
      pauses += 1;
      if (pauses === 3) consoleOf(own).remove(own, first);
    });
    expect([proved, pauses]).toEqual([true, 3]);
    expect(said).toContain('proved dead');
    // What does not change is said once.
    expect(said.match(/asked again every 10 s/g)).toHaveLength(1);

    const other = await prepared();
    pauses = 0;
    expect((await swapping(other, 60, () => (pauses += 1))).proved).toBe(false);
    expect(pauses).toBeGreaterThan(3);
    expect(pauses).toBeLessThan(7);
  });

  test('fails without a standby, with the code of the room', async () => {
    const room = createTestRoom('d7');
    await room.putCandidate();
    await room.command('import');
    const { proved, asked } = await swapping(room);
    expect([proved, asked]).toEqual(['standby-missing', ['status', 'swap']]);
  });
});
