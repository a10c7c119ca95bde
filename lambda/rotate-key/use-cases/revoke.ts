import { STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { KeyroomError } from '../../shared/errors.ts';
import { describeError } from '../../shared/log.ts';
import { CURRENT_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { markLeaked } from './leaked.ts';
import { settle } from './promote.ts';
import { retireAtOnce } from './retire.ts';
import { proveOldCredentials } from './retire-managing.ts';
import { finishSwap, leaveForStandby, swap } from './swap.ts';
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
  for (const versionId of versions) if (!(await isDead(keys, versionId))) await markLeaked(keys, versionId);
  const current = versionWith(await keys.sending.describe(), CURRENT_STAGE);
  const steps: string[] = [];
  const failures: { readonly versionId: string; readonly error: unknown }[] = [];
  for (const versionId of versions) {
    try {
      steps.push(...(await orWithStandby(keys, leaveForStandby, () => endKey(keys, versionId))));
    } catch (error: unknown) {
      // One that cannot be ended keeps no other alive.
      failures.push({ versionId, error });
    }
  }
  const [first] = failures;
  if (first === undefined) return steps;
  // Where the key in use was ended and repeating this at once ends no other, its successor is what matters now.
  const isEnded = versions.some((id) => id === current) && failures.every(({ versionId }) => versionId !== current);
  if (!isEnded || !(first.error instanceof KeyroomError) || first.error.retryable) throw first.error;
  keys.log.warn('leaked key not ended', { versionId: first.versionId, ...describeError(first.error) });
  return [...steps, `Another one is not ended: ${first.error.message}.`];
};

const isDead = async (keys: Keys, versionId: string): Promise<boolean> =>
  (await tracked(keys, versionId))?.state === 'dead';

const endKey = async (keys: Keys, versionId: string): Promise<readonly string[]> => {
  const stored = await kept(keys, versionId);
  if (await isDead(keys, versionId)) {
    if (stored === null) return ['The provider refused the old key when it was last asked; it is kept no longer.'];
    const verdict = await keys.provider.check(stored.value, keys.settings.channels);
    if (verdict === 'refused') return ['The provider refused the old key when asked.'];
    // Proved dead, and somebody has let it live again.
    await markLeaked(keys, versionId);
  }
  if (stored === null) throw new RotationError('key-not-kept');
  return retireAtOnce(keys, stored, LOOK_MS);
};

const kept = async (keys: Keys, versionId: string): Promise<StoredVersion | null> => {
  const [stage] = (await keys.sending.describe()).versions[versionId] ?? [];
  return stage === undefined ? null : keys.sending.get(stage, versionId);
};

/**
 * The managing credential may be ended as well: then the standby takes over from it, and the work is done with that.
 *
 * @param takeOver how far: at once, or with a key of its own
 */
export const orWithStandby = async (
  keys: Keys,
  takeOver: (keys: Keys) => Promise<readonly string[]>,
  work: () => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  try {
    return await work();
  } catch (error: unknown) {
    const isRefused = error instanceof ProviderCallError && error.code === 'managing-credential-refused';
    if (!isRefused || (await keys.managing.get(STANDBY_STAGE)) === null) throw error;
    return [...(await takeOver(keys)), ...(await work())];
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
