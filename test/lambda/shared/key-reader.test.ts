import { createKeyReader, noKeyReader, type SendingKey } from '../../../lambda/shared/key-reader.ts';
import type { ReadStage, SecretRead } from '../../../lambda/shared/secret-store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { version } from '../support/world.ts';

const setUp = (current: SecretRead = version('v1'), previous: SecretRead = { kind: 'absent' }) => {
  const clock = createFakeClock();
  const secret = { AWSCURRENT: current, AWSPREVIOUS: previous };
  const reads: ReadStage[] = [];
  let refetches = 0;
  const keys = createKeyReader({
    store: {
      read: (stage) => {
        reads.push(stage);
        return Promise.resolve(secret[stage]);
      },
    },
    clock,
    cacheSeconds: 300,
    graceSeconds: 900,
    onRefetch: () => refetches++,
  });
  const held = async (): Promise<SendingKey> => {
    const read = await keys.current();
    if (read.kind !== 'key') throw new Error(read.kind);
    return read.key;
  };
  return { clock, secret, reads, keys, held, refetches: () => refetches };
};

describe('createKeyReader', () => {
  test('reads AWSCURRENT once and uses it for as long as it may be cached, not a moment longer', async () => {
    const { keys, clock, reads } = setUp();
    await keys.current();
    clock.advance(299_999);
    await keys.current();
    expect(reads).toEqual(['AWSCURRENT']);
    clock.advance(1);
    await keys.current();
    expect(reads).toEqual(['AWSCURRENT', 'AWSCURRENT']);
  });

  test('reads once for all who ask at the same time', async () => {
    const { keys, reads } = setUp();
    await Promise.all([keys.current(), keys.current(), keys.current()]);
    expect(reads).toHaveLength(1);
  });

  test.each(['absent', 'denied', 'unavailable'] as const)('says that the key is %s and asks again', async (kind) => {
    const { keys, secret } = setUp({ kind });
    expect(await keys.current()).toEqual({ kind });
    secret.AWSCURRENT = version('v1');
    expect(await keys.current()).toMatchObject({ kind: 'key', key: { versionId: 'v1' } });
  });

  test('does not fall back on an old key when the secret cannot be read any more: a freeze must hold', async () => {
    const { keys, secret, clock } = setUp();
    await keys.current();
    secret.AWSCURRENT = { kind: 'denied' };
    clock.advance(300_000);
    expect(await keys.current()).toEqual({ kind: 'denied' });
  });

  test('reads again after a refusal and tries the new version', async () => {
    const { keys, secret, held, refetches } = setUp();
    const refused = await held();
    secret.AWSCURRENT = version('v2');
    expect(await keys.afterRefusal(refused)).toMatchObject({ kind: 'try', key: { versionId: 'v2' } });
    expect(refetches()).toBe(1);
    expect((await held()).versionId).toBe('v2');
  });

  test('does not read again when another request already found the new version', async () => {
    const { keys, secret, held, reads } = setUp();
    const refused = await held();
    secret.AWSCURRENT = version('v2');
    await keys.afterRefusal(refused);
    const before = reads.length;
    expect(await keys.afterRefusal(refused)).toMatchObject({ kind: 'try', key: { versionId: 'v2' } });
    expect(reads).toHaveLength(before);
  });

  test('reads at most once a second, however many messages are refused', async () => {
    const { keys, held, reads, clock } = setUp();
    const refused = await held();
    await Promise.all([keys.afterRefusal(refused), keys.afterRefusal(refused)]);
    clock.advance(999);
    await keys.afterRefusal(refused);
    expect(reads.filter((stage) => stage === 'AWSCURRENT')).toHaveLength(2);
    clock.advance(1);
    await keys.afterRefusal(refused);
    expect(reads.filter((stage) => stage === 'AWSCURRENT')).toHaveLength(3);
  });

  test('tries the previous key while the switch is recent, and not afterwards', async () => {
    const { keys, held, clock } = setUp(version('v2', createFakeClock().now()), version('v1'));
    const refused = await held();
    clock.advance(899_999);
    expect(await keys.afterRefusal(refused)).toMatchObject({ kind: 'try', key: { versionId: 'v1' } });
    clock.advance(1);
    expect(await keys.afterRefusal(refused)).toEqual({ kind: 'give-up' });
  });

  test('tries the previous key after a switch it saw itself, to a key made long before', async () => {
    const { keys, held, secret, clock } = setUp(version('v1'));
    await held();
    clock.advance(300_000);
    secret.AWSCURRENT = version('v2');
    secret.AWSPREVIOUS = version('v1');
    const refused = await held();
    clock.advance(599_999);
    expect(await keys.afterRefusal(refused)).toMatchObject({ kind: 'try', key: { versionId: 'v1' } });
    // The switch was 900 seconds ago at most, and may have been.
    clock.advance(1);
    expect(await keys.afterRefusal(refused)).toEqual({ kind: 'give-up' });
  });

  test('gives up on the previous key when it saw no switch, or could not read the secret since', async () => {
    const fresh = setUp(version('v2'), version('v1'));
    expect(await fresh.keys.afterRefusal(await fresh.held())).toEqual({ kind: 'give-up' });

    const { keys, held, secret, clock } = setUp(version('v1'));
    await held();
    clock.advance(300_000);
    secret.AWSCURRENT = version('v2');
    secret.AWSPREVIOUS = version('v1');
    await held();
    secret.AWSCURRENT = { kind: 'denied' };
    clock.advance(300_000);
    await keys.current();
    secret.AWSCURRENT = version('v2');
    expect(await keys.afterRefusal(await held())).toEqual({ kind: 'give-up' });
  });

  test('gives up when there is no previous key, or the current one can no longer be read', async () => {
    const { keys, held, secret, clock } = setUp(version('v2', createFakeClock().now()));
    const refused = await held();
    expect(await keys.afterRefusal(refused)).toEqual({ kind: 'give-up' });
    secret.AWSCURRENT = { kind: 'denied' };
    clock.advance(1000);
    expect(await keys.afterRefusal(refused)).toEqual({ kind: 'give-up' });
  });

  test('a room without credentials has a key that is none', async () => {
    expect(await noKeyReader.current()).toEqual({ kind: 'key', key: { value: null, versionId: null } });
    expect(await noKeyReader.afterRefusal({ value: null, versionId: null })).toEqual({ kind: 'give-up' });
  });
});
