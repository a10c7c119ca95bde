import { DRAINING_STAGE, STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, PREVIOUS_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { settle } from './promote.ts';
import { retireAtOnce } from './retire.ts';
import { proveOldCredentials } from './retire-managing.ts';
import { finishSwap, swap } from './swap.ts';
import { tracked } from './tracking.ts';

/** How long a revoked key is asked about before its successor is made, which messages wait for; a repeat asks again. */
export const LOOK_MS = 5000;

/**
 * Ends sending keys that have leaked: at the provider first, with no grace period, and asks whether they are refused.
 *
 * Whoever still sends with one is refused, puts the message back and reads the next key, which `replaceRevoked` makes.
 * Where a key cannot be ended alone, the standby takes over from the credential that made it, and a person has to delete
 * that one. The caller holds the claim.
 *
 * @param versions ids of the versions that hold them. No other key is ended, so that a repeat, however late, is harmless
 * @returns what was done and what is proved
 * @throws RotationError `key-not-kept`, `key-not-revocable`, `old-key-out-of-reach`; ProviderCallError
 */
export const revoke = async (keys: Keys, versions: readonly string[]): Promise<readonly string[]> => {
  if (versions.length === 0) throw new RotationError('key-not-kept');
  await settle(keys);
  if (keys.provider.strategy === 'token-mint') return leaveCredentialOf(keys, versions);
  const steps: string[] = [];
  const failures: unknown[] = [];
  for (const versionId of versions) {
    if (await isOver(keys, versionId)) continue;
    try {
      steps.push(...(await orWithStandby(keys, async () => retireAtOnce(keys, await kept(keys, versionId), LOOK_MS))));
    } catch (error: unknown) {
      // One that cannot be ended keeps no other alive.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return steps.length > 0 ? steps : ['The provider refused the old key when asked.'];
};

/** Proved dead, and without the label that a run which crashed after the proof has left: no key is made while it is there. */
const isOver = async (keys: Keys, versionId: string): Promise<boolean> => {
  if ((await tracked(keys, versionId))?.state !== 'dead') return false;
  return versionWith(await keys.sending.describe(), DRAINING_STAGE) !== versionId;
};

const kept = async (keys: Keys, versionId: string): Promise<StoredVersion> => {
  const stages = (await keys.sending.describe()).versions[versionId] ?? [];
  const stage = [CURRENT_STAGE, DRAINING_STAGE, PREVIOUS_STAGE].find((one) => stages.includes(one));
  const stored = stage === undefined ? null : await keys.sending.get(stage, versionId);
  if (stored === null) throw new RotationError('key-not-kept');
  return stored;
};

/** The managing credential may be ended as well: then the standby takes over from it, and the work is done with that. */
export const orWithStandby = async (keys: Keys, work: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  try {
    return await work();
  } catch (error: unknown) {
    const isRefused = error instanceof ProviderCallError && error.code === 'managing-credential-refused';
    if (!isRefused || (await keys.managing.get(STANDBY_STAGE)) === null) throw error;
    return [...(await swap(keys)), ...(await work())];
  }
};

/** A token ends with the credential that made it, so that one is left: for the standby, once. */
const leaveCredentialOf = async (keys: Keys, versions: readonly string[]): Promise<readonly string[]> => {
  const finished = await finishSwap(keys);
  const managing = await keys.managing.get(CURRENT_STAGE);
  if (managing === null) throw new RotationError('room-has-no-key');
  const inUse = publicIdOf(managing.value, keys.settings.managingFields);
  const known = (await keys.state.read()).keys.filter(({ versionId }) => versions.includes(versionId));
  if (known.length < versions.length) throw new RotationError('key-not-kept');
  const isItsOwn = known.some(({ state, managedBy = inUse }) => state !== 'dead' && managedBy === inUse);
  if (isItsOwn && (await keys.managing.get(STANDBY_STAGE)) === null) {
    throw new RotationError('key-not-revocable', inUse);
  }
  const swapped = isItsOwn ? await swap(keys) : [];
  return [...finished, ...swapped, ...(await proveOldCredentials(keys))];
};
