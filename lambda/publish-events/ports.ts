import type { EventBus } from '../shared/event-bus.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { RoomChanged } from './room-changed.ts';
import type { StatusChanged } from './status-changed.ts';

/** What is told. */
export type Told = StatusChanged | RoomChanged;

/** What publishing needs from the outside. */
export interface PublishPorts {
  readonly room: string;
  readonly bus: EventBus<Told>;
  readonly log: Log;
  readonly metrics: Metrics;
}
