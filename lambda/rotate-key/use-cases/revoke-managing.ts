import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { watchForeignKeys } from './foreign-keys.ts';
import { markLeaked } from './leaked.ts';
import { trackedManaging } from './managing-memory.ts';
import { retireLeaked } from './retire-leaked.ts';
import { proveOldCredentials, settleManaging } from './retire-managing.ts';
import { finishSwap, swap } from './swap.ts';
import { tracked } from './tracking.ts';

/**
 * Leaves a managing credential that has leaked for the standby, and ends the sending keys that it made: whoever has it
 * may have seen them.
 *
 * No provider lets it be ended by API, so a person has to delete it: what is still to do is said, and every repeat asks
 * whether the provider refuses it. The caller holds the claim.
 *
 * @param versionId of the managing credential. No other one is left, so that a repeat, however late, is harmless
 * @returns what was done and what is proved
 * @throws RotationError `standby-missing`, `standby-refused`, `key-not-kept`; ProviderCallError
 */
export const revokeManaging = async (keys: Keys, versionId: string | undefined): Promise<readonly string[]> => {
  const steps = [...(await finishSwap(keys))];
  await settleManaging(keys);
  const leaked = versionId === undefined ? undefined : await trackedManaging(keys, versionId);
  if (leaked === undefined) throw new RotationError('key-not-kept');
  const current = await keys.managing.get(CURRENT_STAGE);
  if (current?.versionId === versionId) {
    // A swap makes a key, and none is made while one that is still good drains.
    await markWhatItMade(keys, leaked.publicId);
    steps.push(...(await swap(keys)));
  }
  await markWhatItMade(keys, leaked.publicId);
  steps.push(...(await retireLeaked(keys)));
  return [...steps, ...(await proveOldCredentials(keys)), ...(await watchForeignKeys(keys))];
};

/** The key that drains, if it is one of those; tokens end with what made them. */
const markWhatItMade = async (keys: Keys, publicId: string): Promise<void> => {
  const old = keys.provider.strategy === 'dual-key' ? await keys.sending.get(DRAINING_STAGE) : null;
  if (old === null || ((await tracked(keys, old.versionId))?.managedBy ?? publicId) !== publicId) return;
  await markLeaked(keys, old.versionId);
};
