import type { Keys } from '../ports.ts';
import { isLeaked } from './leaked.ts';
import { retiringStage } from './managing-memory.ts';
import { retireAtOnce } from './retire.ts';

/**
 * Goes on ending the keys that have leaked, until the provider refuses them.
 *
 * @throws the first error, after all were tried: RotationError `old-key-out-of-reach`, ProviderCallError
 */
export const retireLeaked = async (keys: Keys): Promise<readonly string[]> => {
  const description = await keys.sending.describe();
  const steps: string[] = [];
  const failures: unknown[] = [];
  for (const versionId of Object.keys(description.versions)) {
    if (!isLeaked(description, versionId)) continue;
    const stored = await keys.sending.get(retiringStage(versionId), versionId);
    if (stored === null) continue;
    try {
      steps.push(...(await retireAtOnce(keys, stored)));
    } catch (error: unknown) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return steps;
};
