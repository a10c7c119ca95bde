import { METRICS, STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { RotationProblemCode } from '../rotation-problems.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { trackManaging } from './managing-memory.ts';
import { dropProbe, halfLifeOf, mintProbe, probeOf } from './probe-token.ts';
import { retireManaging } from './retire-managing.ts';
import { testKey, testManaging } from './test-key.ts';
import { track, tracked } from './tracking.ts';

/**
 * Tests a candidate and keeps it as the standby.
 *
 * A standby that was there before goes the way of every managing credential that is replaced. The caller holds the claim
 * and destroys the candidate.
 *
 * @throws RotationError `standby-is-current`, `standby-without-current`, or why it could not be tested
 */
export const takeStandby = async (keys: Keys, candidate: StoredVersion): Promise<readonly string[]> => {
  const { managingFields } = keys.settings;
  const current = await keys.managing.get(CURRENT_STAGE);
  if (current === null) throw new RotationError('standby-without-current');
  const publicId = publicIdOf(candidate.value, managingFields);
  if (publicIdOf(current.value, managingFields) === publicId) throw new RotationError('standby-is-current');
  try {
    await testStandby(keys, candidate, 'candidate-refused-by-provider');
  } catch (error: unknown) {
    const isRefused = error instanceof RotationError && error.code === 'candidate-refused-by-provider';
    if (isRefused && keys.provider.strategy === 'token-mint') await dropProbe(keys, candidate.versionId);
    throw error;
  }
  const older = await keys.managing.get(STANDBY_STAGE);
  if (older !== null && older.versionId !== candidate.versionId) await retireManaging(keys, older);
  await keys.managing.put(candidate.versionId, candidate.value, [STANDBY_STAGE]);
  await trackManaging(keys, candidate.versionId, { publicId, state: 'standby' });
  return ['The provider took the credential; it waits as the standby, and nothing else was changed.'];
};

/**
 * Shows that the provider takes a credential that waits.
 *
 * Where only making a token can tell, one is made and kept: it is what a swap switches to. It is replaced at half its life.
 *
 * @param refused the code for a credential that the provider refuses
 * @returns the token, where there is one
 * @throws RotationError
 */
export const testStandby = async (
  keys: Keys,
  standby: StoredVersion,
  refused: RotationProblemCode,
): Promise<StoredVersion | undefined> => {
  if (await testManaging(keys, standby.value, refused)) return undefined;
  try {
    const token = await fitToken(keys, standby);
    await testKey(keys, token.value);
    return token;
  } catch (error: unknown) {
    const isRefusal =
      (error instanceof ProviderCallError && error.code === 'managing-credential-refused') ||
      (error instanceof RotationError && error.code === 'pending-key-refused');
    throw isRefusal ? new RotationError(refused) : error;
  }
};

const fitToken = async (keys: Keys, standby: StoredVersion): Promise<StoredVersion> => {
  const kept = await probeOf(keys, standby);
  if (kept === null || keys.clock.now() >= halfLifeOf(keys, kept)) return mintProbe(keys, standby);
  if ((await keys.provider.check(kept.value, keys.settings.channels)) === 'refused') return mintProbe(keys, standby);
  const managedBy = publicIdOf(standby.value, keys.settings.managingFields);
  if ((await tracked(keys, kept.versionId))?.managedBy !== managedBy) {
    await track(keys, kept.versionId, { state: 'standby', managedBy });
  }
  return kept;
};

/** Tries the standby, so that whoever needs it can rely on it, and says so when the provider refuses it. */
export const keepStandby = async (keys: Keys): Promise<readonly string[]> => {
  const description = await keys.managing.describe();
  const versionId = versionWith(description, STANDBY_STAGE);
  if (versionId === undefined || versionId === versionWith(description, CURRENT_STAGE)) return [];
  const standby = await keys.managing.get(STANDBY_STAGE, versionId);
  if (standby === null) return [];
  const known = { publicId: publicIdOf(standby.value, keys.settings.managingFields), state: 'standby' } as const;
  try {
    await testStandby(keys, standby, 'standby-refused');
    await trackManaging(keys, versionId, known);
    return [];
  } catch (error: unknown) {
    if (!(error instanceof RotationError) || error.code !== 'standby-refused') throw error;
    await trackManaging(keys, versionId, { ...known, isRefused: true });
    keys.metrics.emit({ [METRICS.names.standbyRefused]: 1 });
    keys.log.warn('standby refused by the provider', { versionId, providerKeyId: known.publicId });
    return [`The provider refuses the standby ${known.publicId}: import another one.`];
  }
};
