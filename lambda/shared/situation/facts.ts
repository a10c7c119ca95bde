import type { Plain } from '../aws/attribute-value.ts';
import type { RoomPolicy } from '../contract.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { Counts, Drill, Fact, Pager, Waiting } from './contract.ts';

type Item = Readonly<Record<string, Plain>>;

/** An alarm that is raised. */
export interface RaisedAlarm {
  readonly name: string;
  readonly severity: 'page' | 'ticket';
  /** What happened, as a sentence. */
  readonly summary: string;
  /** Where to read on: `docs/runbook.md#…`; `null` where the alarm does not say. */
  readonly runbook: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The versions of a secret, as their labels say, with when each was made (milliseconds since the epoch). */
export interface Versions {
  readonly current: { readonly versionId: string; readonly createdAt: number } | null;
  /** Old keys that still live. */
  readonly draining: number;
}

/** What keeps the room's credentials. */
export interface Credentials {
  readonly sending: Versions;
  /** Whether a tested managing credential waits to take over. */
  readonly hasStandby: boolean;
}

/** Everything that a room's situation is made of, each as far as it could be had. Moments in milliseconds since the epoch. */
export interface Facts {
  readonly now: number;
  /** What the configuration allows. */
  readonly policy: RoomPolicy;
  /** Name of the room's item and of each app's, as they are in the ledger; `undefined` where there is none. */
  readonly room: Fact<Item | undefined>;
  readonly apps: Fact<Readonly<Record<string, Item | undefined>>>;
  readonly counts: Fact<Counts>;
  readonly alarms: Fact<readonly RaisedAlarm[]>;
  /** What reconcile left; `'not-compared'` where the room is never compared with its provider. */
  readonly reconcile: Fact<ReconcileState | undefined | 'not-compared'>;
  /** How long after a send the provider may not show it yet. */
  readonly lagMs: number;
  /** `null` in a sandbox room, which has none. */
  readonly credentials: Fact<Credentials | null>;
  readonly waiting: Fact<Waiting>;
  readonly pager: Fact<Pager>;
  /** `null` before the first one. */
  readonly drill: Fact<Drill | null>;
  /** The addresses that sends leave from. */
  readonly egressAddresses: readonly string[];
}
