/**
 * What every function and the constructs that define them agree on.
 *
 * This file imports nothing, so that the template and the code it deploys cannot drift apart.
 */

/** Ways a message can reach a person. */
export const CHANNELS = ['sms', 'whatsapp', 'viber'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Kinds of secret a room can own; the physical name is `keyroom/<environment>/<room>/<kind>`. */
export const SECRET_KINDS = ['sending', 'managing', 'receipts', 'inbox', 'pepper', 'subscribers'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** The physical name of a room's secret: people type it, and the key policy must know it beforehand. */
export const secretName = (environment: string, room: string, kind: SecretKind): string =>
  `keyroom/${environment}/${room}/${kind}`;

/** The tag on a secret that stops every read of its value while it is `true`. Only the incident function sets it. */
export const FROZEN_TAG = 'keyroom:frozen';

/**
 * The staging label of a version whose provider key still lives but must no longer be used.
 *
 * A label of its own, because AWSPREVIOUS moves with the next rotation and the old key's death could then no longer
 * be proved.
 */
export const DRAINING_STAGE = 'KEYROOM_DRAINING';

/**
 * The staging label of a managing credential that waits, tested, to take over.
 *
 * In the inbox it says that the candidate beside AWSCURRENT is meant for that.
 */
export const STANDBY_STAGE = 'KEYROOM_STANDBY';

/**
 * Begins the staging label of a replaced managing credential, or of a sending key that has leaked, until it is proved dead.
 *
 * The version's own id follows, because several may wait for their deletion at once and a label sits on one version.
 */
export const RETIRING_STAGES = 'KEYROOM_RETIRING_';

/**
 * Begins the staging label of a token that does not send: what its managing credential is tried with.
 *
 * The id of the managing credential's version follows.
 */
export const PROBE_STAGES = 'KEYROOM_PROBE_';

/** The ledger's index of what is due, and its keys: an item is in it while it has both. */
export const DUE_INDEX = { name: 'due', shard: 'dueShard', at: 'dueAt' } as const;

/**
 * The ledger's indexes of messages, by what is known of those that are looked for.
 *
 * Each holds keys alone, and messages alone, as nothing else has {@link LISTED_AS}. A message without a reference is not
 * in the index of references; one whose number was erased leaves the index of numbers with the attribute.
 */
export const MESSAGE_INDEXES = {
  app: { name: 'by-app', partition: 'app' },
  number: { name: 'by-number', partition: 'numberHash' },
  reference: { name: 'by-reference', partition: 'reference' },
} as const;

/**
 * What the indexes of messages are sorted by: `<app>#<milliseconds since the epoch, in 15 digits>`.
 *
 * So the messages of one app are together in the order of time, also where a number or a reference is shared.
 */
export const LISTED_AS = 'listedAs';

/**
 * The ledger's index of what went to the provider and when, its keys, and what it holds beside them.
 *
 * An item is in it from its first attempt on; a later attempt moves it.
 */
export const SENT_INDEX = {
  name: 'sent',
  shard: 'sentShard',
  at: 'sentAt',
  holds: ['state', 'fence', 'leaseUntil', 'providerMessageId', 'channel', 'country', 'lastTwo', 'cost'],
} as const;

/** How EventBridge tells the room's events from others'. A function may put events of its own kind alone. */
export const EVENTS = {
  source: 'keyroom',
  statusChanged: 'Message Status Changed',
  /** What somebody on call did to the room. */
  roomChanged: 'Room State Changed',
  inbound: 'Inbound Message',
} as const;

/** Embedded metrics: one namespace, three dimensions. */
export const METRICS = {
  namespace: 'Keyroom',
  dimensions: { room: 'Room', app: 'App', channel: 'Channel' },
  names: {
    /** Messages handed to the provider, whatever it answered; one per attempt that reached the wire. */
    messages: 'Messages',
    accepted: 'Accepted',
    rejected: 'Rejected',
    notSent: 'NotSent',
    unknown: 'UnknownOutcome',
    /** Messages of which nobody will know any more whether they were sent. */
    unknownUnsettled: 'UnknownUnsettled',
    /** How long the most overdue message of the ledger has been due, in seconds; emitted by every sweep. */
    overdueSeconds: 'OverdueSeconds',
    /** Messages of which the provider said what became of them in the end. */
    delivered: 'Delivered',
    undelivered: 'Undelivered',
    /** Messages put aside for the room to try again. */
    queued: 'Queued',
    /** Messages whose `validUntil` passed before the provider took them. */
    expired: 'Expired',
    /** Requests refused before the wire: validation, grants, limits. */
    refused: 'Refused',
    segments: 'Segments',
    /** Calls of the receipt door that named no message of the room, or could not be read. */
    receiptRefused: 'ReceiptRefused',
    /** The provider refused the key itself, after the one refetch allowed. */
    keyRefused: 'KeyRefusedByProvider',
    /** The provider refused the address the call came from. */
    addressRefused: 'AddressRefusedByProvider',
    keyRefetched: 'KeyRefetched',
    /** The room set about replacing a current key that the provider refuses. */
    healingBegun: 'HealingBegun',
    /** Age of AWSCURRENT of the sending secret, in hours; emitted by every sweep. */
    keyAgeHours: 'KeyAgeHours',
    rotationFailed: 'RotationFailed',
    rotationFinished: 'RotationFinished',
    /** Old keys the provider refused when asked: proved dead. */
    keyProvedDead: 'KeyProvedDead',
    keyNotProvablyDead: 'KeyNotProvablyDead',
    /** Live keys at the provider that bear the room's name and that no version of its secret explains. */
    orphanKeys: 'OrphanKeys',
    /** Live keys at the provider that no room made and nobody accepted; emitted by every sweep. */
    unknownKeys: 'UnknownKeys',
    /** Addresses that living keys lack or have too many of at the provider; emitted by every sweep. */
    addressesDiffer: 'AddressesDiffer',
    /** Hours since the managing credential took over; emitted by every sweep. */
    managingKeyAgeHours: 'ManagingKeyAgeHours',
    /** A replaced managing credential is not proved dead: once a day for each. */
    oldCredentialAlive: 'OldCredentialAlive',
    /** The provider refuses the standby. */
    standbyRefused: 'StandbyRefused',
    /** A live app key came from a browser. */
    browserWithKey: 'BrowserWithKey',
    /** App keys that end soon; counted twice a day. */
    appKeysExpiring: 'AppKeysExpiring',
    /** What the provider has and the room did not send, found in the last hour: messages, or 1 where it shows as money. */
    surplus: 'Surplus',
    /** The same while use of the key elsewhere is known and expected. */
    knownForeignUse: 'KnownForeignUse',
    /** How far the comparison with the provider is behind its own lag, in seconds; emitted by every look. */
    reconcileAgeSeconds: 'ReconcileAgeSeconds',
    /** How far the messages of the last minutes are above what is usual at this hour of the week; by the busiest app. */
    volumeExcess: 'VolumeExcess',
    /** Messages that somebody announced (`keyroom expect`): in each ten seconds to come, while there are any. */
    announced: 'Announced',
    /** Apps whose cap in money is gone, or will be before its time; emitted by every look. */
    spendAtRisk: 'SpendAtRisk',
    /** Countries that an app has sent to for the first time. */
    newCountries: 'NewCountries',
    /** Seconds since the watch looked before; emitted by every look. */
    watchAgeSeconds: 'WatchAgeSeconds',
    /** Countries and channels whose price at the provider is above the room's ceiling; emitted by every look. */
    pricesAboveCeiling: 'PricesAboveCeiling',
    /** Texts of alarms that did not reach a subscriber. */
    pageNotDelivered: 'PageNotDelivered',
    /** The breach that a drill makes: nothing has happened. */
    drill: 'Drill',
    /** From that breach to its page, in seconds. */
    drillSeconds: 'DrillSeconds',
    /** 1 for a drill in which no page arrived, or somebody had not confirmed their subscription; otherwise 0. */
    drillFailed: 'DrillFailed',
    /** Hours since a drill succeeded; emitted every minute. */
    drillAgeHours: 'DrillAgeHours',
    /** Calls about the value of a secret by anybody else than who uses it, refused ones included. */
    secretTouched: 'SecretTouched',
    /** Calls about the decoy by anybody. */
    decoyTouched: 'DecoyTouched',
    /** Changes of policies, roles, code, rules and alarms of the room outside a deployment. */
    roomChanged: 'RoomChanged',
    /** How long no touch of the decoy has been seen to come back, in seconds; emitted every hour. */
    witnessSilentSeconds: 'WitnessSilentSeconds',
  },
} as const;

/** Kinds of number that are refused unless an app is allowed to message them. */
export const NUMBER_TYPES = [
  'premium-rate',
  'shared-cost',
  'personal-number',
  'universal-access',
  'pager',
  'voicemail',
  'satellite',
] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** What an app key may be used for. */
export const KEY_SCOPES = ['messages:send', 'messages:read', 'usage:read'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/**
 * What app keys begin with, by whether they reach real people; then come 43 characters of secret and 6 of checksum.
 *
 * What secret scanners look for: `keyroom_(live|test)_[0-9A-Za-z]{49}`; `bearerFormat` of the API says it, too.
 */
export const APP_KEY_PREFIXES = { live: 'keyroom_live_', test: 'keyroom_test_' } as const;
export type AppKeyKind = keyof typeof APP_KEY_PREFIXES;

/** What the keys of an app may be used for at most: a key can be narrower and never wider. */
export interface AppKeyPolicy {
  readonly kind: AppKeyKind;
  readonly scopes: readonly KeyScope[];
  /** Networks (CIDR) that a request must come from; empty for every network. */
  readonly allowedNetworks: readonly string[];
  /** Days that a key lives at most. */
  readonly expireAfterDays: number;
}

/**
 * The stages of the doors, by which a function knows the door that a request came through.
 *
 * The gateway says it, not the caller.
 */
export const STAGES = { app: 'live', key: 'keyed', receipt: 'receipts', operator: 'operator' } as const;

/** An app inside a room: who it is and what it may send. Everything not listed is refused. */
export interface AppPolicy {
  /**
   * `<account id>:<role name>` of the identity that is this app (a session ARN carries no role path); `null` for an app
   * that comes with a key.
   */
  readonly principal: string | null;
  /** What its keys may do. @default - it has none and signs its requests */
  readonly keys?: AppKeyPolicy;
  readonly channels: readonly Channel[];
  /** Sender IDs the app may use, per channel. */
  readonly senders: Readonly<Partial<Record<Channel, readonly string[]>>>;
  /** ISO 3166-1 alpha-2 countries the app may send to. */
  readonly countries: readonly string[];
  /** Country that does not count as international. */
  readonly homeCountry: string;
  /** Kinds of number the app may message although they are refused by default. */
  readonly numberTypes: readonly NumberType[];
  readonly limits: AppLimits;
}

/** Fixed windows, in UTC. A limit counts accepted attempts and attempts whose outcome is unknown. */
export interface AppLimits {
  readonly messagesPerSecond: number;
  readonly messagesPerDay: number;
  readonly messagesPerMonth: number;
  /** Messages a day to any country other than `homeCountry`; counted within `messagesPerDay` too. */
  readonly internationalMessagesPerDay: number;
  /** Segments a single SMS may have. */
  readonly segmentsPerMessage: number;
  readonly segmentsPerDay: number;
  /** In millionths of the currency of the room's prices; `null` for no such limit. */
  readonly spendPerDay: number | null;
  /** In millionths of the currency of the room's prices; `null` for no such limit. */
  readonly spendPerMonth: number | null;
  readonly codesPerRecipientPerMinute: number;
  readonly codesPerRecipientPerTenMinutes: number;
  readonly messagesPerRecipientPerHour: number;
  readonly messagesPerRecipientPerDay: number;
  /** Messages an hour to numbers that share their first digits. */
  readonly messagesPerPrefixPerHour: number;
}

/** What a segment of an SMS, or a message on a channel without segments, costs at most. */
export interface PriceCeilings {
  /** ISO 4217. */
  readonly currency: string;
  /** Millionths of the currency, by country and channel. */
  readonly micros: Readonly<Record<string, Readonly<Partial<Record<Channel, number>>>>>;
}

/** A logical WhatsApp template, mapped to what the provider calls it. */
export interface TemplateMapping {
  /** The template's name or id at the provider. */
  readonly providerTemplate: string;
  /** Languages in which the template is approved, as the provider spells them. */
  readonly languages: readonly string[];
  /** The template's parameters in the provider's order; the request must give exactly these. */
  readonly params: readonly string[];
}

/** The room as its send path sees it: written by synth as `room-policy.json` next to the function's code. */
export interface RoomPolicy {
  readonly environment: string;
  readonly room: string;
  readonly provider: string;
  /** Numbers that may be messaged at all (E.164); `null` lifts the rule and is only possible in production. */
  readonly onlyRecipients: readonly string[] | null;
  readonly apps: Readonly<Record<string, AppPolicy>>;
  readonly templates: Readonly<Record<string, TemplateMapping>>;
  /** Messages a second that a sender bears, by channel. @default - as many as there are */
  readonly messagesPerSecondBySender?: Readonly<Partial<Record<Channel, Readonly<Record<string, number>>>>>;
  /** `null`: no message shows what it costs. */
  readonly prices: PriceCeilings | null;
}

/** File name of the {@link RoomPolicy} inside a function's package. */
export const ROOM_POLICY_FILE = 'room-policy.json';
