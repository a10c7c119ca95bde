import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Sighting } from '../shared/sighting.ts';
import type { Watched } from './judge.ts';

/** What the witness remembers. Every call throws AwsError. */
export interface WitnessBook {
  /** Keeps a sighting. @returns false when it was kept before */
  keep(eventId: string, sighting: Sighting): Promise<boolean>;
  /** Remembers when a probe came back. Milliseconds since the epoch. */
  heard(at: number): Promise<void>;
  /** When a probe came back last, or when the first one was sent. */
  lastHeard(now: number): Promise<number>;
}

/** What watching needs from the outside. */
export interface WitnessPorts {
  readonly watched: Watched;
  readonly book: WitnessBook;
  /** Asks for the decoy's value, and is refused: CloudTrail records that. */
  readonly tryDecoy: () => Promise<void>;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}
