import { CURRENT_STAGE, PENDING_STAGE } from '../../shared/secret-versions.ts';
import type { RotationStep } from '../contract.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { makeKey } from './make-key.ts';
import { isUuid } from './own-keys.ts';
import { promote, settle } from './promote.ts';
import { testKey } from './test-key.ts';
import { exclusively, track, tracked } from './tracking.ts';

/**
 * One step of a rotation, as Secrets Manager asks for it.
 *
 * Steps are repeated by the service and may come twice or late: each begins by looking where the version stands, and
 * one that has nothing left to do succeeds. https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * @throws RotationError, ProviderCallError
 */
export const rotationStep = async (keys: Keys, step: RotationStep, token: string): Promise<void> => {
  const standing = await standingOf(keys, token);
  if (standing === 'current') {
    // The switch may have crashed halfway.
    if (step === 'finishSecret') await exclusively(keys, settle);
    return;
  }
  switch (step) {
    case 'createSecret':
      await exclusively(keys, (held) => createSecret(held, token));
      break;
    case 'setSecret':
      // The provider makes the key and knows it from the start: there is nothing to set.
      break;
    case 'testSecret':
      await testSecret(keys, token);
      break;
    case 'finishSecret':
      await exclusively(keys, (held) => finishSecret(held, token));
      break;
  }
};

/** Where the version stands; the four checks the contract asks of every step. */
const standingOf = async (keys: Keys, token: string): Promise<'pending' | 'current'> => {
  const { rotationEnabled, versions } = await keys.sending.describe();
  // A deploy may run `testSecret` before the flag is set; only a rotation that was cancelled is refused.
  if (rotationEnabled === false) throw new RotationError('rotation-not-enabled');
  const stages = versions[token];
  if (stages === undefined) throw new RotationError('version-unknown');
  if (stages.includes(CURRENT_STAGE)) return 'current';
  if (!stages.includes(PENDING_STAGE)) throw new RotationError('version-not-pending');
  return 'pending';
};

const createSecret = async (keys: Keys, token: string): Promise<void> => {
  if (!isUuid(token)) throw new RotationError('token-not-a-uuid');
  const managing = await keys.managing.get(CURRENT_STAGE);
  // From when on: the sweep cleans up what stays pending for too long.
  if ((await tracked(keys, token)) === undefined) {
    const managedBy = managing && publicIdOf(managing.value, keys.settings.managingFields);
    await track(keys, token, { state: 'pending', ...(managedBy === null ? {} : { managedBy }) });
  }
  if (await keys.sending.get(PENDING_STAGE, token)) return;
  if (managing === null) {
    keys.log.info('nothing to rotate: the room has no key', { versionId: token });
    return;
  }
  await makeKey(keys, managing.value, token);
};

/** A deploy calls this step alone, on a version that holds nothing: that says nothing against the deploy. */
const testSecret = async (keys: Keys, token: string): Promise<void> => {
  const pending = await keys.sending.get(PENDING_STAGE, token);
  if (pending === null) {
    keys.log.info('nothing to test: the version is empty', { versionId: token });
    return;
  }
  await testKey(keys, pending.value);
  await track(keys, token, { state: 'tested' });
};

const finishSecret = async (keys: Keys, token: string): Promise<void> => {
  const pending = await keys.sending.get(PENDING_STAGE, token);
  if (pending !== null) {
    // Secrets Manager has had it tested; whoever else may call the function could leave that out.
    if ((await tracked(keys, token))?.state !== 'tested') await testKey(keys, pending.value);
    await promote(keys, token);
    return;
  }
  if (await keys.managing.get(CURRENT_STAGE)) throw new RotationError('pending-version-empty');
  // An AWSPENDING left behind would make the service refuse every later rotation.
  await keys.sending.moveStage(PENDING_STAGE, { from: token });
};
