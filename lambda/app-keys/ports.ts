import type { AppKeyLedger } from '../shared/app-key-ledger.ts';
import type { Clock } from '../shared/clock.ts';
import type { AppKeyKind, RoomPolicy } from '../shared/contract.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { SecretValue } from '../shared/secret-value.ts';

/** What managing keys needs from the outside. */
export interface AppKeyPorts {
  readonly room: RoomPolicy;
  readonly ledger: AppKeyLedger;
  readonly clock: Pick<Clock, 'now'>;
  /** @returns undefined while the pepper cannot be read */
  readonly hashes: () => Promise<Pick<KeyedHash, 'appKey'> | undefined>;
  readonly newKey: (kind: AppKeyKind) => SecretValue;
  readonly metrics: Metrics;
  readonly log: Log;
}
