/** What the rotation function, its construct and the operator's CLI agree on. */
export const ENV = {
  environment: 'KEYROOM_ENVIRONMENT',
  room: 'KEYROOM_ROOM',
  provider: 'KEYROOM_PROVIDER',
  ledgerTable: 'LEDGER_TABLE',
  sendingSecretArn: 'SENDING_SECRET_ARN',
  managingSecretArn: 'MANAGING_SECRET_ARN',
  inboxSecretArn: 'INBOX_SECRET_ARN',
  /** The addresses that sends leave from, which keys are bound to where the provider can: comma separated. */
  egressAddresses: 'EGRESS_ADDRESSES',
  /** Addresses that keys are bound to beside those, while addresses change: comma separated. */
  alsoAllowedAddresses: 'ALSO_ALLOWED_ADDRESSES',
  /** Names of the environment's other rooms with this provider: comma separated. Their keys are no strangers'. */
  siblingRooms: 'KEYROOM_SIBLING_ROOMS',
  /** Channels the room's apps use: comma separated; a new key gets no scope beyond them. */
  channels: 'KEYROOM_CHANNELS',
  /** Overrides the provider's address; only the `local` environment may set it. */
  providerBaseUrl: 'PROVIDER_BASE_URL',
  /** Seconds an old key stays alive after a switch. */
  keyGraceSeconds: 'KEY_GRACE_SECONDS',
  /** Days between two rotations; a key's expiry at the provider is derived from it. */
  rotationDays: 'ROTATION_DAYS',
} as const;

/** The function's name: physical, because a person may have to type it at night. */
export const rotateKeyFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-rotate-key`;

/** Wire values of the steps Secrets Manager asks for. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What Secrets Manager sends. `RotationToken` may be present and is never logged. */
export interface RotationEvent {
  readonly Step: RotationStep;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/**
 * What CloudWatch sends when an alarm changes its state; only that it did matters.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export interface AlarmEvent {
  readonly source: 'aws.cloudwatch';
  readonly alarmArn: string;
}

/** What a person or a schedule may ask of the function. */
export interface RoomCommand {
  /**
   * - `import`: take the candidate out of the inbox, test it, make it current, mint the first sending key.
   * - `rotate`: start a rotation of the sending key now (refused while an old key drains).
   * - `sweep`: retire what is due, prove it dead, report what nobody knows; also takes a waiting inbox candidate.
   * - `swap`: put the standby in the managing credential's place and switch to a key of its own.
   * - `revoke`: end sending keys that have leaked, at once, and say what is proved; `replace` then makes the next one.
   * - `replace`: make a key and switch to it, unless another than those revoked is in use already.
   * - `revoke-managing`: leave a managing credential that has leaked for the standby, and end the keys that it made.
   * - `status`: say where the keys stand, changing nothing.
   * - `addresses`: compare the room's addresses with those its keys are bound to at the provider, changing nothing.
   * - `accept-key`: take an unknown key at the provider for the customer's own from now on.
   */
  readonly action:
    | 'import'
    | 'rotate'
    | 'sweep'
    | 'swap'
    | 'revoke'
    | 'replace'
    | 'revoke-managing'
    | 'status'
    | 'addresses'
    | 'accept-key';
  /** Only for `revoke` and `replace`: version ids of the keys that are to die. Their successors are never touched. */
  readonly versions?: readonly string[];
  /** Only for `revoke-managing`: version id of the managing credential that has leaked. */
  readonly managing?: string;
  /** The provider's id of the key to accept. */
  readonly providerKeyId?: string;
  /**
   * Only for `swap`: version id of the standby meant, so that a repeated command does not ask for another swap.
   *
   * @default - the one there is
   */
  readonly standby?: string;
}

/** Where one provider credential stands. */
export type CredentialState = 'pending' | 'tested' | 'active' | 'standby' | 'draining' | 'dead' | 'not-provably-dead';

/** One credential as the room reports it: never its value. */
export interface CredentialReport {
  readonly versionId: string;
  /** The provider's public id of the key, where it has one. */
  readonly providerKeyId: string | null;
  readonly state: CredentialState;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; only while draining: from then on it may be retired. */
  readonly drainingUntil?: string;
}

/** One managing credential, which makes the sending keys: never its value. */
export interface ManagingReport {
  readonly versionId: string;
  /** How the provider calls it: a client id, a user's name, a key's SID. */
  readonly publicId: string;
  /** `draining`: replaced, and not proved dead. */
  readonly state: Extract<CredentialState, 'active' | 'standby' | 'draining' | 'dead'>;
  /** ISO 8601. */
  readonly since: string;
  /** What a person has to do about it, as sentences. @default - nothing */
  readonly todo?: string;
}

/** A step of a rotation that failed, and that Secrets Manager tries again. */
export interface FailedStep {
  readonly versionId: string;
  readonly step: RotationStep;
  readonly code: string;
  /** How often in a row it failed for this reason. */
  readonly times: number;
  /** The last time it did, ISO 8601. */
  readonly at: string;
}

/** How far the rotation of the sending key is. */
export interface RotationReport {
  /** The version on its way to become current, and since when (ISO 8601) where the room knows it already. */
  readonly inProgress: { readonly versionId: string; readonly since: string | null } | null;
  /** What went wrong last and what to do about it; forgotten once a rotation succeeds. */
  readonly lastFailure: (FailedStep & { readonly message: string; readonly fix: string }) | null;
}

/** A live key at the provider that no room of the environment made. */
export interface ForeignKeyReport {
  readonly providerKeyId: string;
  /** `accepted`: the customer's own. `unknown`: nobody has said whose it is. */
  readonly state: 'accepted' | 'unknown';
  /** ISO 8601: when the provider says it was made; `null` where it does not, and for accepted keys. */
  readonly createdAt: string | null;
  /** ISO 8601: when a sweep first saw it; `null` for accepted keys. */
  readonly seenAt: string | null;
}

/** One living key's addresses at the provider. */
export interface KeyAddressReport {
  readonly providerKeyId: string;
  readonly state: CredentialState;
  /** Addresses, networks and ranges, as the provider lists them; empty: every address. */
  readonly bound: readonly string[];
  /** Addresses that are to be there and are not. */
  readonly missing: readonly string[];
  /** Entries that are there and not to be. */
  readonly surplus: readonly string[];
}

/** How the room's addresses and those at the provider compare. */
export interface AddressReport {
  /** What keys are to be bound to; `inUse`: sends leave from it now. */
  readonly wanted: readonly { readonly address: string; readonly inUse: boolean }[];
  /** Empty where the provider has no API that binds keys to addresses. */
  readonly keys: readonly KeyAddressReport[];
  /** What the provider says to the current key, asked from inside the network, by one of its addresses. */
  readonly check: 'ok' | 'refused' | 'address-refused' | 'lacks-scope' | 'unreachable';
  /** Both sides agree, for long enough, and the key works; `null` where the provider offers no way to tell. */
  readonly inStep: boolean | null;
  /** ISO 8601: when an address that was added has had time to reach every server; `null` once it has. */
  readonly settledAt: string | null;
}

/** Answer to a {@link RoomCommand}. Errors carry a stable code and a sentence a person can act on. */
export type RoomCommandResult =
  | {
      readonly ok: true;
      readonly action: RoomCommand['action'];
      /** What was done, in order, each a plain sentence. */
      readonly steps: readonly string[];
      /** The sending keys. */
      readonly credentials: readonly CredentialReport[];
      /** What makes them. */
      readonly managing: readonly ManagingReport[];
      readonly rotation: RotationReport;
      /** As of the last sweep, unknown ones first; keys the room or a sibling made are not among them. */
      readonly foreignKeys: readonly ForeignKeyReport[];
      /** Only for `addresses`. */
      readonly addresses?: AddressReport;
    }
  | {
      readonly ok: false;
      readonly action: RoomCommand['action'];
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
      /** Lambda's id of the invocation: the function's log has it, too. */
      readonly requestId: string;
    };
