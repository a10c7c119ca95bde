import { createRotationStateStore } from '../../../lambda/rotate-key/rotation-state-table.ts';
import { track, tracked } from '../../../lambda/rotate-key/use-cases/tracking.ts';
import { createMemoryTable } from './support/memory-table.ts';
import { createTestRoom } from './support/room.ts';

describe('createRotationStateStore', () => {
  test('reads back what it wrote, under the one leading key the role allows', async () => {
    const table = createMemoryTable();
    const store = createRotationStateStore(table);
    const empty = await store.read();
    const claim = { by: 'x', until: '2026-11-01T08:00:00.000Z' };
    await store.write({ claim, keys: [] }, empty);
    expect(await store.read()).toEqual({ revision: 1, claim, keys: [] });
    expect([...table.items.keys()]).toEqual(['rotation#sending']);
  });

  test.each([0, 1])('fails when somebody wrote since the state was read (revision %s)', async (revision) => {
    const store = createRotationStateStore(createMemoryTable());
    for (let write = 0; write <= revision; write += 1) await store.write({ claim: null, keys: [] }, await store.read());
    const stale = { revision, claim: null, keys: [] };
    await expect(store.write({ claim: null, keys: [] }, stale)).rejects.toMatchObject({ code: 'state-changed' });
  });
});

describe('track', () => {
  const versionId = '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d';

  const contested = (losses: number) => {
    let left = losses;
    return createTestRoom('infobip', {
      secret: (secret) => secret,
      http: (http) => http,
      table: (table) => ({
        ...table,
        putItem: async (item, only) => {
          if (left > 0) {
            left -= 1;
            return { kind: 'condition-failed', item: undefined };
          }
          return table.putItem(item, only);
        },
      }),
    });
  };

  test('tries again when somebody else wrote meanwhile', async () => {
    const { keys } = contested(2);
    await track(keys, versionId, { state: 'pending' });
    expect(await tracked(keys, versionId)).toMatchObject({ state: 'pending' });
  });

  test('fails when somebody else writes all the time', async () => {
    const { keys } = contested(9);
    await expect(track(keys, versionId, { state: 'pending' })).rejects.toMatchObject({ code: 'state-changed' });
  });

  test('keeps the newest twenty', async () => {
    const { keys } = createTestRoom('infobip');
    for (let index = 0; index < 25; index += 1) await track(keys, `version-${index}`, { state: 'dead' });
    expect((await keys.state.read()).keys.map((key) => key.versionId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `version-${24 - index}`),
    );
  });
});
