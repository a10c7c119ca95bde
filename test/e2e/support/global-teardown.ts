import { stopRun } from '../../../local/system/local-system.ts';
import { readState, removeState } from '../../../local/system/state-file.ts';

/** Ends what the set-up started. */
export default async function globalTeardown(): Promise<void> {
  const state = readState();
  if (state === undefined) return;
  await stopRun(state);
  removeState();
}
