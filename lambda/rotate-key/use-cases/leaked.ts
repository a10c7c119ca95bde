import { DRAINING_STAGE } from '../../shared/contract.ts';
import type { SecretDescription } from '../../shared/secret-versions.ts';
import type { Keys } from '../ports.ts';
import { retiringStage } from './managing-memory.ts';

/**
 * Labels a sending key as one that has to die, and takes the label of an old key that is still good off it.
 *
 * Only an old key that is still good keeps its successor waiting for the end of its grace period, and may be gone back
 * to. The label stays until the provider refuses the key, whatever other labels the version has or loses.
 */
export const markLeaked = async (keys: Keys, versionId: string): Promise<void> => {
  const description = await keys.sending.describe();
  const stages = description.versions[versionId] ?? [];
  if (stages.length === 0) return;
  if (!isLeaked(description, versionId)) await keys.sending.moveStage(retiringStage(versionId), { to: versionId });
  if (stages.includes(DRAINING_STAGE)) await keys.sending.moveStage(DRAINING_STAGE, { from: versionId });
};

/** Whether a sending key has to die and is not proved dead. */
export const isLeaked = ({ versions }: SecretDescription, versionId: string): boolean =>
  versions[versionId]?.includes(retiringStage(versionId)) ?? false;

/** Takes the labels off a key whose death is proved, or has been given up on. */
export const unlabel = async (keys: Keys, versionId: string): Promise<void> => {
  const stages = (await keys.sending.describe()).versions[versionId] ?? [];
  for (const stage of [DRAINING_STAGE, retiringStage(versionId)]) {
    if (stages.includes(stage)) await keys.sending.moveStage(stage, { from: versionId });
  }
};
