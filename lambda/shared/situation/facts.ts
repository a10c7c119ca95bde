import type { Plain } from '../aws/attribute-value.ts';
import type { RoomPolicy } from '../contract.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { Fact } from './fact.ts';

type Item = Readonly<Record<string, Plain>>;

/** Messages in the busiest minute of the last two, and in an average minute at this hour of the last seven days. */
export interface Flow {
  readonly perMinute: number;
  /** `null` where there is no such hour with messages yet. */
  readonly usualPerMinute: number | null;
}

/** What the room's functions have counted. */
export interface Counts {
  readonly room: Flow;
  /** By app. An app that sent nothing for a week may be missing. */
  readonly apps: Readonly<Record<string, Flow>>;
  /** Of the last minute: requests that were refused, and messages that could not be handed to the provider. */
  readonly refusedPerMinute: number;
  readonly notSentPerMinute: number;
  /** Of the last 24 hours: messages of which nobody knew whether they were sent, and of which nobody will know. */
  readonly unknownOutcomes: number;
  readonly unknownForGood: number;
}

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

/** Messages that wait in the room's queues. */
export interface Waiting {
  readonly queued: number;
  /** How long the oldest has waited; `null` where none waits, or where nobody measures it. */
  readonly oldestSeconds: number | null;
  /** Set aside: messages, and events. */
  readonly deadMessages: number;
  readonly deadEvents: number;
}

/** Whether a page reaches somebody. */
export interface Pager {
  readonly confirmed: number;
  readonly pending: number;
}

/** The last time that a page was tried. */
export interface Drill {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** From the breach to the page; `null` where none came. */
  readonly seconds: number | null;
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
