import type { KeyCheck } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { RotationProblemCode } from '../rotation-problems.ts';
import type { Keys } from '../ports.ts';

/** How long a new key may take to reach all of a provider's servers. No provider documents a figure. */
export const PROPAGATION_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

/**
 * Asks the provider about a key until it gives a verdict wanted or the time is up, without sending anything.
 *
 * @returns the last verdict
 */
export const checkUntil = async (
  keys: Keys,
  key: SecretValue,
  wanted: KeyCheck | readonly KeyCheck[],
  forMs: number,
): Promise<KeyCheck> => {
  const deadline = keys.clock.monotonic() + forMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const verdict = await keys.provider.check(key, keys.settings.channels);
    if ([wanted].flat().includes(verdict) || keys.clock.monotonic() + pause > deadline) return verdict;
    await keys.clock.wait(pause);
  }
};

/** What is wrong where a key is not refused and still of no use. */
export const UNUSABLE = {
  'address-refused': 'address-refused',
  'lacks-scope': 'key-lacks-scope',
  unreachable: 'provider-unreachable',
} as const;

/** Returns once the provider takes the key from here. @throws RotationError that tells a bad key from a bad address */
export const testKey = async (keys: Keys, key: SecretValue): Promise<void> => {
  const verdict = await checkUntil(keys, key, 'ok', PROPAGATION_MS);
  if (verdict === 'refused') throw new RotationError('pending-key-refused');
  if (verdict !== 'ok') throw new RotationError(UNUSABLE[verdict]);
};

/**
 * Asks the provider about a managing credential.
 *
 * @param refused the code for one that the provider refuses
 * @returns `false` where only making a key can tell
 * @throws RotationError for every verdict but a good one
 */
export const testManaging = async (
  keys: Keys,
  managing: SecretValue,
  refused: RotationProblemCode,
): Promise<boolean> => {
  const verdict = await keys.provider.checkManaging(managing);
  if (verdict === 'refused') throw new RotationError(refused);
  if (verdict === 'address-refused') throw new RotationError('address-refused');
  if (verdict === 'unreachable') throw new RotationError('provider-unreachable');
  return verdict === 'ok';
};
