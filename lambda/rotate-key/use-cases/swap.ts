import { DRAINING_STAGE, STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { makeKey, stillDraining } from './make-key.ts';
import { probeStage } from './probe-token.ts';
import { giveUp, promote } from './promote.ts';
import { settleManaging } from './retire-managing.ts';
import { testStandby } from './standby.ts';
import { testKey } from './test-key.ts';
import { tracked } from './tracking.ts';

/**
 * Puts the standby in the managing credential's place and switches to a key of its own.
 *
 * Nothing is revoked, and nothing is changed before the standby and a key of its own were tested. The standby keeps its
 * label to the end, so that a run that crashed is continued by repeating the command, or by the next sweep once the
 * managing credential was replaced. The caller holds the claim.
 *
 * @param target version id of the standby meant. @default - the one there is
 * @returns what was done
 * @throws RotationError `standby-missing`, `standby-refused`, `old-key-still-draining`, or why the provider could not be asked
 */
export const swap = async (keys: Keys, target?: string): Promise<readonly string[]> => {
  const standby = await keys.managing.get(STANDBY_STAGE);
  if (standby !== null && (target === undefined || target === standby.versionId)) return swapTo(keys, standby);
  if (target !== undefined && versionWith(await keys.managing.describe(), CURRENT_STAGE) === target) {
    return ['The standby is in use already.'];
  }
  throw new RotationError('standby-missing', standby === null ? undefined : 'there is another one than the one meant');
};

/** Goes on with a swap that crashed after it had replaced the managing credential. */
export const finishSwap = async (keys: Keys): Promise<readonly string[]> => {
  const description = await keys.managing.describe();
  const versionId = versionWith(description, STANDBY_STAGE);
  if (versionId === undefined || versionId !== versionWith(description, CURRENT_STAGE)) return [];
  const standby = await keys.managing.get(STANDBY_STAGE, versionId);
  return standby === null ? [] : swapTo(keys, standby);
};

const swapTo = async (keys: Keys, standby: StoredVersion): Promise<readonly string[]> => {
  const token = await sendingKeyOf(keys, standby);
  await endRotation(keys, token);
  await takeOver(keys, standby);
  await promote(keys, token);
  if (keys.provider.strategy === 'token-mint') {
    // From now on it is an ordinary token, which the next rotation replaces.
    await keys.sending.moveStage(probeStage(standby.versionId), { from: token });
  }
  await keys.managing.moveStage(STANDBY_STAGE, { from: standby.versionId });
  return [
    'The provider takes the standby and a key made with it.',
    'The standby is now the managing credential, and its key is in use.',
  ];
};

/**
 * Puts the standby in the managing credential's place at once, before there is a key of its own: for one that is refused,
 * and with which nothing can be revoked. {@link finishSwap} does the rest.
 *
 * @throws RotationError `standby-missing`, `standby-refused`, or why the provider could not be asked
 */
export const leaveForStandby = async (keys: Keys): Promise<readonly string[]> => {
  const standby = await keys.managing.get(STANDBY_STAGE);
  if (standby === null) throw new RotationError('standby-missing');
  await testStandby(keys, standby, 'standby-refused');
  await takeOver(keys, standby);
  return ['The provider refuses the managing credential and takes the standby, which is now in its place.'];
};

const takeOver = async (keys: Keys, standby: StoredVersion): Promise<void> => {
  const current = await keys.managing.get(CURRENT_STAGE);
  if (current === null) throw new RotationError('room-has-no-key');
  if (current.versionId !== standby.versionId) {
    const moved = await keys.managing.moveStage(CURRENT_STAGE, { to: standby.versionId, from: current.versionId });
    if (moved === 'conflict') throw new RotationError('state-changed');
  }
  await settleManaging(keys);
};

/** A key made with the standby, tested: the one an earlier run made, or a new one. */
const sendingKeyOf = async (keys: Keys, standby: StoredVersion): Promise<string> => {
  const description = await keys.sending.describe();
  const managedBy = publicIdOf(standby.value, keys.settings.managingFields);
  const isOwn = async (versionId: string): Promise<boolean> =>
    (await tracked(keys, versionId))?.managedBy === managedBy;
  const current = versionWith(description, CURRENT_STAGE);
  if (current !== undefined && (await isOwn(current))) return current;
  const token = await testStandby(keys, standby, 'standby-refused');
  if (token !== undefined) return token.versionId;
  const pending = versionWith(description, PENDING_STAGE);
  const stored =
    pending !== undefined && (await isOwn(pending)) ? await keys.sending.get(PENDING_STAGE, pending) : null;
  const made = stored ?? (await makeOwnKey(keys, standby, versionWith(description, DRAINING_STAGE)));
  await testKey(keys, made.value);
  return made.versionId;
};

const makeOwnKey = async (keys: Keys, standby: StoredVersion, draining: string | undefined): Promise<StoredVersion> => {
  if (draining !== undefined) throw await stillDraining(keys, draining);
  const token = keys.newToken();
  await endRotation(keys, token);
  try {
    await makeKey(keys, standby.value, token);
  } catch (error: unknown) {
    const isRefusal = error instanceof ProviderCallError && error.code === 'managing-credential-refused';
    throw isRefusal ? new RotationError('standby-refused') : error;
  }
  const made = await keys.sending.get(PENDING_STAGE, token);
  if (made === null) throw new RotationError('pending-version-empty');
  return made;
};

/** Ends a rotation under way: its key was made with the credential that is being replaced. */
export const endRotation = async (keys: Keys, token: string): Promise<void> => {
  const description = await keys.sending.describe();
  const pending = versionWith(description, PENDING_STAGE);
  if (pending === undefined || pending === token || pending === versionWith(description, CURRENT_STAGE)) return;
  const isMinted = keys.provider.strategy === 'token-mint' && (await keys.sending.get(PENDING_STAGE, pending)) !== null;
  if (isMinted) await giveUp(keys, pending);
  await keys.sending.moveStage(PENDING_STAGE, { from: pending });
};
