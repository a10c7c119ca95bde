import { createAsker } from '../ask-keys.ts';
import type { Command } from '../command.ts';

/** Begins a rotation of the sending key, as `keyroom rotate` does for whoever may import keys. */
export const rotate: Command = {
  takes: [],
  leaseMs: 150_000,
  run: async (ports, _job, progress) => {
    const keys = createAsker(ports);
    const isDone = await progress.step('rotation', async () => (await keys.ask({ action: 'rotate' })).steps.join(' '));
    if (isDone) return { state: 'done', outcome: 'a rotation has begun' };
    const outcome = progress.steps().at(-1)?.detail ?? '';
    const fix = keys.refusal()?.fix;
    return { state: 'failed', outcome, ...(fix !== undefined && { todo: fix }) };
  },
};
