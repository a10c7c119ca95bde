import { AwsError } from '../../../lambda/shared/aws/aws-error.ts';
import { createRotationStateStore } from '../../../lambda/rotate-key/rotation-state-table.ts';
import { track, tracked } from '../../../lambda/rotate-key/use-cases/tracking.ts';
import { createMemoryTable } from './support/memory-table.ts';
import { createTestRoom } from './support/room.ts';

const CLOCK = { wait: () => Promise.resolve() };

/** A table whose next calls fail, with or without having done what they were asked. */
const failing = (operation: 'getItem' | 'putItem', failures: readonly ('refused' | 'lost' | 'denied')[]) => {
  const table = createMemoryTable();
  const left = [...failures];
  const through = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    const failure = name === operation ? left.shift() : undefined;
    if (failure === undefined) return call();
    if (failure === 'lost') await call();
    throw new AwsError(name, {
      code: failure === 'denied' ? 'AccessDeniedException' : 'timeout',
      retryable: failure !== 'denied',
      effect: failure === 'lost' ? 'unknown' : 'none',
      status: undefined,
      details: {},
    });
  };
  const store = createRotationStateStore(
    {
      getItem: (pk) => through('getItem', () => table.getItem(pk)),
      putItem: (item, only) => through('putItem', () => table.putItem(item, only)),
    },
    CLOCK,
  );
  return { table, store };
};

const claimBy = (by: string) => ({ claim: { by, until: '2026-11-01T08:00:00.000Z' }, keys: [], managing: [] });

describe('createRotationStateStore', () => {
  test('reads back what it wrote, under the one leading key the role allows', async () => {
    const table = createMemoryTable();
    const store = createRotationStateStore(table, CLOCK);
    const empty = await store.read();
    const claim = { by: 'x', until: '2026-11-01T08:00:00.000Z' };
    await store.write({ claim, keys: [], managing: [] }, empty);
    expect(await store.read()).toEqual({ revision: 1, claim, keys: [], managing: [] });
    expect([...table.items.keys()]).toEqual(['rotation#sending']);
  });

  test.each([0, 1])('fails when somebody wrote since the state was read (revision %s)', async (revision) => {
    const store = createRotationStateStore(createMemoryTable(), CLOCK);
    for (let write = 0; write <= revision; write += 1)
      await store.write({ claim: null, keys: [], managing: [] }, await store.read());
    const stale = { revision, claim: null, keys: [], managing: [] };
    await expect(store.write({ claim: null, keys: [], managing: [] }, stale)).rejects.toMatchObject({
      code: 'state-changed',
    });
  });
});

describe('createRotationStateStore when DynamoDB fails', () => {
  test('reads again, twice', async () => {
    const { store } = failing('getItem', ['refused', 'lost']);
    expect(await store.read()).toMatchObject({ revision: 0 });
  });

  test('fails with a code of its own when no read is answered', async () => {
    const { store } = failing('getItem', ['refused', 'refused', 'refused']);
    await expect(store.read()).rejects.toMatchObject({ code: 'aws-unavailable', retryable: true });
  });

  test('fails at once when the ledger is denied', async () => {
    const { store } = failing('getItem', ['denied']);
    await expect(store.read()).rejects.toMatchObject({ code: 'ledger-access-denied', retryable: false });
  });

  test.each([
    ['one refusal', ['refused']],
    ['one lost answer', ['lost']],
    ['a refusal and a lost answer', ['refused', 'lost']],
    ['nothing but lost answers', ['lost', 'lost', 'lost']],
  ] as const)('writes once under %s', async (_what, failures) => {
    const { store } = failing('putItem', failures);
    await store.write(claimBy('a'), await store.read());
    expect(await store.read()).toMatchObject({ revision: 1, claim: { by: 'a' } });
  });

  test('fails when no write is answered and none was done', async () => {
    const { store } = failing('putItem', ['refused', 'refused', 'refused']);
    const empty = await store.read();
    await expect(store.write(claimBy('a'), empty)).rejects.toMatchObject({ code: 'aws-unavailable' });
    expect(await store.read()).toMatchObject({ revision: 0 });
  });

  test("does not take another's write of the same revision for its own", async () => {
    const { store, table } = failing('putItem', ['lost']);
    const empty = await store.read();
    const put = table.putItem.bind(table);
    table.putItem = async (item, only) => {
      table.putItem = put;
      await createRotationStateStore(table, CLOCK).write(claimBy('b'), empty);
      return put(item, only);
    };
    await expect(store.write(claimBy('a'), empty)).rejects.toMatchObject({ code: 'state-changed' });
    expect(await store.read()).toMatchObject({ claim: { by: 'b' } });
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
