import type { Clock } from '../shared/clock.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { Log } from '../shared/log.ts';
import type { OptOuts } from '../shared/opt-outs.ts';
import type { RecipientData } from '../shared/recipient-data.ts';

/** What keeping what the room knows of recipients needs from the outside. */
export interface RecipientPorts {
  readonly optOuts: OptOuts;
  readonly data: RecipientData;
  readonly clock: Pick<Clock, 'now'>;
  /** @returns undefined while the pepper cannot be read */
  readonly hashes: () => Promise<Pick<KeyedHash, 'number' | 'inboundSecret'> | undefined>;
  /** Without its last part. @default - nothing that people write comes in */
  readonly inboundUrl?: string | undefined;
  readonly log: Log;
}
