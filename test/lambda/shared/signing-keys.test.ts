import { createSigningKeys } from '../../../lambda/shared/signing-keys.ts';
import type { ReadStage, SecretRead } from '../../../lambda/shared/secret-store.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const DAY_MS = 24 * 3_600_000;

const setUp = () => {
  const clock = createFakeClock();
  const value = (text: string, createdAt: number): SecretRead => ({
    kind: 'value',
    value: new SecretValue(text),
    versionId: text,
    createdAt,
  });
  const stored: Record<ReadStage, SecretRead> = {
    AWSCURRENT: value('new', clock.now()),
    AWSPREVIOUS: value('old', clock.now() - DAY_MS),
  };
  const reads: ReadStage[] = [];
  const keys = createSigningKeys(
    {
      read: (stage) => {
        reads.push(stage);
        return Promise.resolve(stored[stage]);
      },
    },
    clock,
  );
  return { clock, stored, reads, keys: async () => (await keys()).map((key) => key.reveal()) };
};

describe('createSigningKeys', () => {
  test('the key before the last one counts for a day after the change, and not longer', async () => {
    const { clock, keys } = setUp();
    expect(await keys()).toEqual(['new', 'old']);
    clock.advance(DAY_MS);
    expect(await keys()).toEqual(['new']);
  });

  test('reads again after five minutes, and not before', async () => {
    const { clock, reads, keys } = setUp();
    await keys();
    clock.advance(299_999);
    await keys();
    expect(reads).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    clock.advance(1);
    await keys();
    expect(reads).toHaveLength(4);
  });

  test.each(['absent', 'denied', 'unavailable'] as const)('what is %s is no key, and asked for again', async (kind) => {
    const { stored, keys } = setUp();
    const { AWSCURRENT } = stored;
    stored.AWSCURRENT = { kind };
    expect(await keys()).toEqual([]);
    stored.AWSCURRENT = AWSCURRENT;
    expect(await keys()).toEqual(['new', 'old']);
  });
});
