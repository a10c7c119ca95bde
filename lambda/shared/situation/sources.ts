import type { Plain } from '../aws/attribute-value.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { Counts, Drill, Pager, Waiting } from './contract.ts';
import type { Credentials, RaisedAlarm } from './facts.ts';

type Item = Readonly<Record<string, Plain>>;

/** Where a room's situation is read, each source by itself. Every call may throw. */
export interface Sources {
  readonly room: () => Promise<Item | undefined>;
  readonly apps: () => Promise<Readonly<Record<string, Item | undefined>>>;
  readonly counts: () => Promise<Counts>;
  readonly alarms: () => Promise<readonly RaisedAlarm[]>;
  readonly reconcile: () => Promise<ReconcileState | undefined | 'not-compared'>;
  readonly credentials: () => Promise<Credentials | null>;
  readonly waiting: () => Promise<Waiting>;
  readonly pager: () => Promise<Pager>;
  /** @default - the room has no drills, so that there was none */
  readonly drill?: () => Promise<Drill | null>;
}
