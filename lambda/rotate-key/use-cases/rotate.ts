import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { stillDraining } from './make-key.ts';

/**
 * Starts a rotation of the sending key now.
 *
 * Returns once Secrets Manager has begun; the steps run as separate invocations, and `status` shows how far they are.
 *
 * @throws RotationError when there is no key, or an earlier rotation has not run its course
 */
export const startRotation = async (keys: Keys): Promise<readonly string[]> => {
  if ((await keys.managing.get(CURRENT_STAGE)) === null) throw new RotationError('room-has-no-key');
  const description = await keys.sending.describe();
  if (!description.rotationEnabled) throw new RotationError('rotation-not-enabled');
  const draining = versionWith(description, DRAINING_STAGE);
  if (draining !== undefined && keys.provider.strategy === 'dual-key') throw await stillDraining(keys, draining);
  const pending = versionWith(description, PENDING_STAGE);
  if (pending !== undefined && pending !== versionWith(description, CURRENT_STAGE)) {
    throw new RotationError('rotation-in-progress');
  }
  if ((await keys.sending.startRotation(keys.newToken())) === 'refused')
    throw new RotationError('rotation-in-progress');
  return ['A rotation of the sending key has begun; ask for `status` to see it finish.'];
};
