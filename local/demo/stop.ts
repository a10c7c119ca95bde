import { stopRun } from '../system/local-system.ts';
import { readState, removeState } from '../system/state-file.ts';

const state = readState();
if (state === undefined) {
  process.stderr.write('nothing is running\n');
} else {
  await stopRun(state);
  removeState();
  process.stderr.write('stopped, and its files removed\n');
}
