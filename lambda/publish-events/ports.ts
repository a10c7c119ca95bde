import type { Log } from '../shared/log.ts';
import type { RoomChanged } from './room-changed.ts';
import type { StatusChanged } from './status-changed.ts';

/** What is told. */
export type Told = StatusChanged | RoomChanged;

/** Where events go. */
export interface EventBus {
  /**
   * Puts events in their order, and says how many of them from the first on were taken.
   *
   * One that is put twice is received twice, with the same `eventId`.
   */
  put(events: readonly Told[]): Promise<number>;
}

/** What publishing needs from the outside. */
export interface PublishPorts {
  readonly room: string;
  readonly bus: EventBus;
  readonly log: Log;
}
