import type { Handover, ManagingField } from '../providers/capabilities.ts';
import type { Clock } from '../shared/clock.ts';
import type { Channel } from '../shared/contract.ts';
import type { CredentialManager } from '../shared/credential-manager.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { SecretVersions } from '../shared/secret-versions.ts';
import type { CredentialReport, FailedStep, ManagingReport } from './contract.ts';

/** A key as the room remembers it, beside what the secret's labels say. */
export interface TrackedKey extends CredentialReport {
  /** When the room began to make it, ISO 8601; `since` is about the present state. */
  readonly begunAt?: string;
  /** Public id of the managing credential that made it. */
  readonly managedBy?: string;
  /** The provider has taken its revocation, and may still take the key. @default false */
  readonly isRevoked?: boolean;
}

/** A managing credential as the room remembers it, beside what the secret's labels say. */
export interface TrackedManaging extends Omit<ManagingReport, 'todo'> {
  /** ISO 8601; only while draining: when somebody was last told that it is not proved dead. */
  readonly toldAt?: string;
  /** Only of a standby: the provider refused it when last asked. */
  readonly isRefused?: boolean;
}

/** Who is changing keys right now, so that no two do at once. */
export interface Claim {
  readonly by: string;
  /** ISO 8601. A claim whose holder crashed ends here. */
  readonly until: string;
}

/** A live key at the provider that no room of the environment made and nobody has accepted. */
export interface UnknownKey {
  readonly id: string;
  /** ISO 8601; `null` where the provider does not tell. */
  readonly createdAt: string | null;
  /** ISO 8601: when a sweep first saw it. */
  readonly seenAt: string;
}

/** The live keys at the provider that no room of the environment made. */
export interface ForeignKeys {
  /** Ids of the customer's own: alive when the room first listed the provider's keys, or accepted by a person since. */
  readonly accepted: readonly string[];
  readonly unknown: readonly UnknownKey[];
}

/** What is remembered of one living key's addresses at the provider. */
export interface KeyAddresses {
  readonly providerKeyId: string;
  /** ISO 8601: when missing addresses were added last. */
  readonly addedAt?: string;
  /** Entries that nobody wants, and when a sweep first saw just these (ISO 8601). */
  readonly surplus?: { readonly entries: readonly string[]; readonly since: string };
  /** The whole list before a removal, until a later sweep has found that the room still gets in. */
  readonly before?: readonly string[];
  /** Entries that were put back, because the room was refused without them. */
  readonly needed: readonly string[];
}

/** What is remembered of addresses at the provider. */
export interface AddressMemory {
  readonly keys: readonly KeyAddresses[];
  /** When keys' addresses were changed in the last day, ISO 8601. */
  readonly changes: readonly string[];
}

/** Tokens that can be found nowhere but in the provider's answer. */
export interface Minting {
  /** Versions for which one was to be made, and of which nobody knows yet whether it was. */
  readonly begun: readonly string[];
  /** How many may have been made and lost, and how many of them were counted in the metric. */
  readonly lost: number;
  readonly told: number;
}

/** What the labels of a secret cannot hold: since when, until when, and what became of keys that are gone. */
export interface RotationState {
  /** Counts the writes; a write based on an older state is refused. */
  readonly revision: number;
  readonly claim: Claim | null;
  /** Newest first. */
  readonly keys: readonly TrackedKey[];
  /** Newest first. */
  readonly managing: readonly TrackedManaging[];
  /** The step that failed last, until a rotation succeeds. */
  readonly failure?: FailedStep;
  /** Only where keys cannot be listed. */
  readonly minting?: Minting;
  /** Absent until the provider's keys were listed for the first time. */
  readonly foreignKeys?: ForeignKeys;
  /** When the room set about replacing a refused key by itself, in the last day. ISO 8601. @default - never */
  readonly heals?: readonly string[];
  /** Absent until addresses differed for the first time. */
  readonly addresses?: AddressMemory;
}

/** Where the rotation's memory is kept: one document, written only by whoever read its latest revision. */
export interface RotationStateStore {
  /** The state, or an empty one of revision 0 where nothing was written yet. @throws RotationError */
  read(): Promise<RotationState>;
  /**
   * Replaces the state that was read.
   *
   * @throws RotationError `state-changed` when it is not the stored one any more, `aws-unavailable` when nobody knows
   * whether it was written
   */
  write(next: Omit<RotationState, 'revision'>, basedOn: RotationState): Promise<void>;
}

/** What the room's configuration says about its keys. */
export interface KeySettings {
  /** Start of the names of the room's own keys at the provider: `keyroom-<environment>-<room>-`. */
  readonly namePrefix: string;
  /** The same of the environment's other rooms with this provider, which may share the account. */
  readonly siblingPrefixes: readonly string[];
  /** Addresses that sends leave from. */
  readonly addressesInUse: readonly string[];
  /** Addresses that keys are bound to: those in use, and others that are allowed during a change. */
  readonly allowedAddresses: readonly string[];
  readonly channels: readonly Channel[];
  readonly managingFields: readonly ManagingField[];
  /** How a replaced managing credential is ended. @default - the provider has none */
  readonly handover?: Handover;
  /** How long an old key stays alive after a switch. */
  readonly graceSeconds: number;
  readonly rotationDays: number;
}

/** Everything the use cases of this function speak to. */
export interface Keys {
  readonly sending: SecretVersions;
  readonly managing: SecretVersions;
  readonly inbox: SecretVersions;
  readonly provider: CredentialManager;
  readonly state: RotationStateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: KeySettings;
  /** A fresh UUID: the token of a version. */
  readonly newToken: () => string;
}

/** Which room this is, as the operator's commands name it. */
export interface RoomName {
  readonly room: string;
  readonly environment: string;
}

/** Everything the handler is made of. */
export interface RotateKeyDependencies {
  readonly name: RoomName;
  /** `null` when the room's provider has no credentials. */
  readonly keys: Keys | null;
  /** The only secret this function rotates; empty where there are no keys. */
  readonly sendingSecretArn: string;
  readonly log: Log;
  readonly metrics: Metrics;
}
