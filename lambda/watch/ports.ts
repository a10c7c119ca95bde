import type { Plain } from '../shared/aws/attribute-value.ts';
import type { Clock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { QuarantineScope } from '../shared/quarantine-command.ts';
import type { Flow, WatchState } from '../shared/watch-state.ts';
import type { PastHour } from './usual.ts';

type Item = Readonly<Record<string, Plain>>;

/** The ledger's items, as they are at the moment. */
export interface Standing {
  /** The room's item; `undefined` while nothing was ever said about the room. */
  readonly room: Item | undefined;
  /** The apps' items by name, of those that are registered. */
  readonly apps: Readonly<Record<string, Item>>;
}

/** Every flow of every app in one hour. */
export type HourOfApps = Readonly<Record<string, Readonly<Record<Flow, PastHour>>>>;

/** What the watch keeps. */
export interface WatchMemory {
  /** `undefined` before the first look. @throws AwsError */
  read(): Promise<WatchState | undefined>;
  /** Replaces what was read. @returns false when somebody else did meanwhile @throws AwsError */
  write(next: WatchState, basedOn: WatchState | undefined): Promise<boolean>;
  /** The weeks that are remembered of an hour of the week (0 to 167), the oldest first. @throws AwsError */
  weeksOf(hourOfWeek: number): Promise<readonly HourOfApps[]>;
  /** Remembers an hour; a repetition changes nothing. @param hour hours since the epoch @throws AwsError */
  learn(hour: number, apps: HourOfApps): Promise<void>;
}

/** What the watch may have stopped. It has no right of its own over anything: it commands as anybody on call would. */
export interface Quarantine {
  /** Whether a country is stopped that is new to the room. */
  readonly countries: boolean;
  /** Whether an app is stopped that pages. */
  readonly apps: boolean;
  /** @param key names the command: the same one twice is one @throws AwsError */
  freeze(scope: QuarantineScope, key: string): Promise<void>;
}

/** What a look needs. */
export interface WatchPorts {
  readonly room: RoomPolicy;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Reads what the apps have used. @throws AwsError */
  readonly standing: () => Promise<Standing>;
  readonly memory: WatchMemory;
  /** Stops what may be stopped. @default - nothing is stopped: there is nobody who could undo it */
  readonly quarantine?: Quarantine;
}
