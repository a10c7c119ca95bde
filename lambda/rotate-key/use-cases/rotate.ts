import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { stillDraining } from './make-key.ts';
import { isLabelled } from './own-keys.ts';
import { endStuckRotation } from './retire.ts';
import { exclusively } from './tracking.ts';

/**
 * Starts a rotation of the sending key now.
 *
 * One that was begun more than an hour ago and did not finish is ended first: it would only be in the way.
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
  const isUnderWay = pending !== undefined && pending !== versionWith(description, CURRENT_STAGE);
  const ended = isUnderWay ? await endIfStuck(keys) : [];
  if (isUnderWay && ended.length === 0) throw new RotationError('rotation-in-progress');
  await beginRotation(keys);
  return [...ended, 'A rotation of the sending key has begun; ask for `status` to see it finish.'];
};

const endIfStuck = async (keys: Keys): Promise<readonly string[]> => {
  try {
    return await exclusively(keys, endStuckRotation, 0);
  } catch (error: unknown) {
    // A step is at work on it: it is not stuck.
    if (error instanceof RotationError && error.code === 'room-busy') return [];
    throw error;
  }
};

/**
 * Has Secrets Manager begin a rotation, and finds out whether it did where the answer does not say.
 *
 * An answer that was lost is followed by a repeat that the service refuses, because a rotation is under way: ours.
 *
 * @throws RotationError `rotation-in-progress` when another one is
 */
export const beginRotation = async (keys: Keys): Promise<void> => {
  const token = keys.newToken();
  const hasBegun = async (): Promise<boolean> => isLabelled(await keys.sending.describe(), token);
  try {
    if ((await keys.sending.startRotation(token)) === 'started') return;
  } catch (error: unknown) {
    if (await hasBegun()) return;
    throw error;
  }
  if (!(await hasBegun())) throw new RotationError('rotation-in-progress');
};
