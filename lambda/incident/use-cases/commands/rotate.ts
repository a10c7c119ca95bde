import { askKeys } from '../ask-keys.ts';
import type { Command } from '../command.ts';

/** Begins a rotation of the sending key, as `keyroom rotate` does for whoever may import keys. */
export const rotate: Command = {
  takes: [],
  leaseMs: 150_000,
  run: async (ports, _job, progress) => {
    const isDone = await progress.step('rotation', async () =>
      (await askKeys(ports, { action: 'rotate' })).steps.join(' '),
    );
    const said = progress.steps().at(-1)?.detail ?? '';
    return isDone ? { state: 'done', outcome: 'a rotation has begun' } : { state: 'failed', outcome: said };
  },
};
