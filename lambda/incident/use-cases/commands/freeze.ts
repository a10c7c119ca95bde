import type { Command } from '../command.ts';
import { setPart } from '../partial-freeze.ts';
import { setRoom } from '../room-freeze.ts';
import { checkScope, SCOPE_ARGUMENTS, scopeOf } from '../scope.ts';

/** Stops the room, an app or a country: what waits goes on waiting. */
export const freeze: Command = {
  takes: SCOPE_ARGUMENTS,
  leaseMs: 15_000,
  worksWithoutLedger: true,
  check: checkScope,
  run: (ports, job, progress) => {
    const scope = scopeOf(job.arguments);
    return scope.kind === 'room' ? setRoom(ports, job, progress, true) : setPart(ports, progress, scope, true);
  },
};
