import type { RoomCommand } from './contract.ts';
import { RotationError } from './errors.ts';
import type { Keys } from './ports.ts';
import { acceptKey } from './use-cases/foreign-keys.ts';
import { importCandidate } from './use-cases/import-key.ts';
import { replaceRevoked } from './use-cases/replace-revoked.ts';
import { revokeManaging } from './use-cases/revoke-managing.ts';
import { revoke } from './use-cases/revoke.ts';
import { startRotation } from './use-cases/rotate.ts';
import { swap } from './use-cases/swap.ts';
import { sweep } from './use-cases/sweep.ts';
import { exclusively } from './use-cases/tracking.ts';

type Run = (keys: Keys, command: RoomCommand) => Promise<readonly string[]>;

/** Everything that can be asked of the function; each says what was done, in order. */
export const COMMANDS: Readonly<Record<RoomCommand['action'], Run>> = {
  'accept-key': (keys, { providerKeyId }) => exclusively(keys, (held) => acceptKey(held, providerKeyId)),
  import: (keys) => exclusively(keys, importCandidate),
  rotate: startRotation,
  sweep: (keys) => sweepUnlessBusy(keys),
  swap: (keys, { standby }) => exclusively(keys, (held) => swap(held, standby)),
  revoke: (keys, { versions = [] }) => exclusively(keys, (held) => revoke(held, versions)),
  replace: (keys, { versions = [] }) => exclusively(keys, (held) => replaceRevoked(held, versions)),
  'revoke-managing': (keys, { managing }) => exclusively(keys, (held) => revokeManaging(held, managing)),
  status: () => Promise.resolve([]),
  // What it looks at is its answer.
  addresses: () => Promise.resolve([]),
};

const LEFT_ALONE = 'Another step or command is at work on the keys; this sweep left them alone.';

const sweepUnlessBusy = async (keys: Keys): Promise<readonly string[]> => {
  try {
    return await sweep(keys);
  } catch (error: unknown) {
    if (!(error instanceof RotationError) || error.code !== 'room-busy') throw error;
    keys.log.info('sweep left to the next one', { action: 'sweep', reason: error.code });
    return [LEFT_ALONE];
  }
};
