/** What the function that answers the audit, its construct and the operator's CLI agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** `<account id>:<role name>` of those who may ask: comma separated. */
  askers: 'ASKERS',
} as const;

/**
 * What can be asked for, a part at a time.
 *
 * - `actions`: what people on call did. - `sightings`: who else touched secrets or changed the room, and what alarms did.
 * - `messages`: what was sent, and with which version of the key. - `foreign`: what the provider has and we did not send.
 * - `keys`: where each version of the key stands; it is not of a time.
 */
export const AUDIT_PARTS = ['actions', 'sightings', 'messages', 'foreign', 'keys'] as const;
export type AuditPart = (typeof AUDIT_PARTS)[number];

/** Money in millionths. */
interface Cost {
  readonly micros: number;
  readonly currency: string | null;
}

/** A step of a command at the operator door that changed something. Moments are ISO 8601. */
export interface ActionEntry {
  readonly at: string;
  readonly command: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly step: string;
  readonly detail: string;
  readonly reason: string | null;
  readonly job: string;
  /** The role, the session and the address of whoever commanded; the address is absent in what is older than it. */
  readonly by: { readonly role: string; readonly session: string; readonly address?: string };
}

/** Something that was seen from the outside: see `Sighting`. */
export interface SightingEntry {
  readonly at: string;
  readonly kind: 'secret' | 'decoy' | 'change' | 'alarm';
  readonly what: string;
  readonly on: string;
  readonly by: string | null;
  readonly from: string | null;
  readonly isRefused: boolean;
}

/** A message of ours: neither its number nor its text, nor what its app calls it. */
export interface MessageEntry {
  /** When its last attempt began. */
  readonly at: string;
  readonly id: string;
  readonly app: string;
  readonly status: string;
  readonly channel: string;
  readonly country: string;
  readonly lastTwo: string;
  /** What it costs at most; `null` where the room has no price. */
  readonly cost: Cost | null;
  /** Version of the secret whose key the attempt used; `null` where there is none. */
  readonly versionId: string | null;
  readonly providerMessageId: string | null;
}

/** A message that the provider has and the room did not send. */
export interface ForeignEntry {
  readonly at: string;
  readonly providerMessageId: string;
  readonly country: string | null;
  readonly from: string | null;
  readonly cost: Cost;
}

/** Where a version of the sending key stands. */
export interface KeyEntry {
  readonly versionId: string;
  readonly providerKeyId: string | null;
  readonly state: string;
  readonly since: string;
  readonly begunAt?: string;
}

/** The entries of each part. */
export interface AuditEntries {
  readonly actions: ActionEntry;
  readonly sightings: SightingEntry;
  readonly messages: MessageEntry;
  readonly foreign: ForeignEntry;
  readonly keys: KeyEntry;
}

/** Some of the entries of one part, not in the order of time across pages. */
export interface AuditPage<P extends AuditPart = AuditPart> {
  readonly part: P;
  readonly entries: readonly AuditEntries[P][];
  /** Where the part goes on: to be handed back as `cursor`; `null` at its end. */
  readonly next: string | null;
}
