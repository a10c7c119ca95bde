import type { Situation } from '../../lambda/shared/situation/contract.ts';
import type { RoomStatus } from '../../operator/room-status.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

describe('where a room stands', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  test('is told to whoever is on call, from every source that the function may read', async () => {
    expect((await post(stage, ['otp', 'checkout'], sms())).status).toBe(202);
    const { stdout } = await stage.keyroom(['status', 'otp', '--json']);
    const { rooms } = (JSON.parse(stdout) as { figures: { rooms: readonly RoomStatus[] } }).figures;
    const { known } = rooms[0] as { known: Situation };
    expect(known.notKnown).toEqual([]);
    expect(known).toMatchObject({
      room: 'otp',
      standing: { known: { unregisteredApps: [] } },
      counts: { known: { apps: { checkout: expect.anything() as unknown } } },
      key: { known: { versionId: expect.stringMatching(/^[\w-]{32,}$/) as unknown } },
      waiting: { known: { queued: expect.any(Number) as unknown } },
      egressAddresses: [expect.any(String), expect.any(String)],
    });
  });
});
