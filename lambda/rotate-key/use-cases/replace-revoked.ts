import { CURRENT_STAGE, PENDING_STAGE } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { makeKey } from './make-key.ts';
import { promote, settle } from './promote.ts';
import { orWithStandby } from './revoke.ts';
import { endRotation, finishSwap, swap } from './swap.ts';
import { testKey } from './test-key.ts';

/**
 * Makes a key, tests it and switches to it, where one of the versions named is still the current one.
 *
 * In one go and not as a rotation, whose steps others call: one under way may be stuck, and is ended. The caller holds
 * the claim.
 *
 * @param versions ids of the versions whose keys were revoked
 * @returns what was done, once the provider takes the key in use
 * @throws RotationError, ProviderCallError
 */
export const replaceRevoked = async (keys: Keys, versions: readonly string[]): Promise<readonly string[]> => {
  await settle(keys);
  const finished = await finishSwap(keys);
  const replaced = await orWithStandby(keys, swap, async () => {
    const current = await keys.sending.get(CURRENT_STAGE);
    if (current === null || versions.includes(current.versionId)) return switchToNewKey(keys);
    await testKey(keys, current.value);
    return ['The provider takes the key that is in use now.'];
  });
  return [...finished, ...replaced];
};

const switchToNewKey = async (keys: Keys): Promise<readonly string[]> => {
  const managing = await keys.managing.get(CURRENT_STAGE);
  if (managing === null) throw new RotationError('room-has-no-key');
  const token = keys.newToken();
  await endRotation(keys, token);
  await makeKey(keys, managing.value, token);
  const made = await keys.sending.get(PENDING_STAGE, token);
  if (made === null) throw new RotationError('pending-version-empty');
  await testKey(keys, made.value);
  await promote(keys, token);
  return ['A new key was made, the provider takes it, and it is in use.'];
};
