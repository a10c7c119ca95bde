import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { ProviderRecords } from '../shared/provider-records.ts';
import type { SecretVersions } from '../shared/secret-versions.ts';

/** What reading the provider's records needs from the outside. Nothing of it can write. */
export interface ReadRecordsPorts {
  readonly records: ProviderRecords;
  readonly sending: Pick<SecretVersions, 'get'>;
  readonly managing: Pick<SecretVersions, 'get'>;
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  readonly log: Log;
}
