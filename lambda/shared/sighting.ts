/**
 * What was seen from the outside of a room, as the ledger keeps it for the audit.
 *
 * - `secret`: somebody else touched the value of a secret, or was refused. - `decoy`: somebody touched the decoy.
 * - `change`: the room was changed outside a deployment. - `alarm`: an alarm changed its state.
 */
export type SightingKind = 'secret' | 'decoy' | 'change' | 'alarm';

/** One thing that was seen. Nothing of it is a number, a text or a key; what callers chose themselves is not to be trusted. */
export interface Sighting {
  readonly kind: SightingKind;
  /** ISO 8601: when it happened. */
  readonly at: string;
  /** The call, such as `GetSecretValue`; the new state of an alarm. */
  readonly what: string;
  /** The kind of secret, or the name of what was changed, or of the alarm. */
  readonly on: string;
  /** ARN of the caller, or the service that called; `null` for an alarm. */
  readonly by: string | null;
  /** Where the call came from: an address, or a service. `null` for an alarm. */
  readonly from: string | null;
  /** Whether AWS refused the call. */
  readonly isRefused: boolean;
}

/** Where a sighting is in the ledger, and the part of the index of what is due that lists them by time. */
export const sightingKey = (eventId: string): string => `seen#${eventId}`;
export const SIGHTINGS_SHARD = 'seen';
