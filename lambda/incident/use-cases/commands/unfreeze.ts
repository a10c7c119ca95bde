import type { Command } from '../command.ts';
import { setPart } from '../partial-freeze.ts';
import { setRoom } from '../room-freeze.ts';
import { checkScope, SCOPE_ARGUMENTS, scopeOf } from '../scope.ts';

/** Lets what was stopped send again; a room only after a second person agreed, where the configuration wants one. */
export const unfreeze: Command = {
  takes: SCOPE_ARGUMENTS,
  leaseMs: 15_000,
  check: checkScope,
  run: (ports, job, progress) => {
    const scope = scopeOf(job.arguments);
    if (scope.kind !== 'room') return setPart(ports, progress, scope, false);
    if (ports.approverRole === undefined || job.approvedBy !== null) return setRoom(ports, job, progress, false);
    return Promise.resolve({
      state: 'waiting',
      outcome: 'the room stays frozen until an approver agrees',
      todo: `an approver has to command: approve, with the job ${job.id}`,
    });
  },
};
