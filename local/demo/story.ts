import type { Stage } from './stage.ts';
import { sendFirstMessages } from './story/first-messages.ts';
import { tryTheGuards } from './story/guards.ts';
import { importKeys } from './story/import-keys.ts';
import { answerLeak } from './story/leak.ts';
import { answerPumping } from './story/pumping.ts';
import { rotateUnderLoad } from './story/rotation-under-load.ts';
import { searchForSecrets } from './story/secrets-nowhere.ts';
import { swapToStandby } from './story/swap-to-standby.ts';
import { updateAndDelete } from './story/update-and-delete.ts';

/** The whole main job, in the order in which a team would live through it. */
export const story = async (stage: Stage, keep: boolean): Promise<void> => {
  await importKeys(stage);
  await sendFirstMessages(stage);
  await tryTheGuards(stage);
  await rotateUnderLoad(stage);
  await swapToStandby(stage);
  await answerLeak(stage);
  await answerPumping(stage);
  // What ends a room or the emulator would leave nothing to keep.
  if (keep) return;
  await updateAndDelete(stage);
  await searchForSecrets(stage);
};
