import type { Channel, KeyScope, NumberType } from '../../lambda/shared/contract.ts';

/** One environment: an account and Region, its egress, and the rooms in it. */
export interface EnvironmentConfig {
  /** Short name; part of every stack, role and secret name. 1 to 12 of `a-z`, `0-9`, `-`, starting with a letter. */
  readonly name: string;
  /** AWS account id, 12 digits. One environment per account: the metrics are named by room, not by environment. */
  readonly account: string;
  /** Any Region whose endpoints end in `amazonaws.com`, which those of China do not. */
  readonly region: string;
  /** Exactly two zones, named here so that synth needs no look-up and works offline. */
  readonly availabilityZones: readonly [string, string];
  /**
   * Whether real people may be messaged.
   *
   * @default false - every room needs `onlyRecipients`, unless its provider is the sandbox
   */
  readonly production?: boolean;
  readonly egress?: EgressConfig;
  readonly rooms: Readonly<Record<string, RoomConfig>>;
  /** @default - no permissions boundary */
  readonly permissionsBoundaryArn?: string;
  /**
   * Qualifier of the CDK bootstrap.
   *
   * @default 'hnb659fds' (the CDK's own)
   */
  readonly bootstrapQualifier?: string;
  /**
   * The only principal, beside the break-glass role, that may create, change and delete the rooms' secrets and their
   * policies.
   *
   * @default - the CloudFormation execution role of the CDK bootstrap
   */
  readonly deploymentRoleArn?: string;
  /**
   * A role of this account that may change the policies of the secrets and of their keys when the deployment role
   * cannot.
   *
   * KMS keeps a principal by its unique id: a deployment role that was deleted and made again (by another `cdk
   * bootstrap`) is a stranger to the keys, and nobody but this role, which they know by its ARN, can put that right. It
   * needs the rights in its own policy, too: `kms:PutKeyPolicy`, `secretsmanager:PutResourcePolicy`,
   * `secretsmanager:DeleteSecret`.
   *
   * @default - nobody: only the deployment role; required in production
   */
  readonly breakGlassRoleArn?: string;
  /** @default - no tags but those of the rooms */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Short-cuts for a laptop. Refused in every environment but `local`.
   *
   * @default - real time scales and the providers' own addresses
   */
  readonly local?: LocalSettings;
}

/** The way out: fixed addresses, in a network of its own or an existing one. */
export interface EgressConfig {
  /** @default '10.68.0.0/24' */
  readonly cidr?: string;
  /**
   * Allocation ids of existing Elastic IPs to adopt, one per zone.
   *
   * @default - two new addresses, retained when the stack is deleted
   */
  readonly eipAllocationIds?: readonly [string, string];
  /**
   * The IPv4 addresses behind `eipAllocationIds`, in the same order: CloudFormation cannot look them up, and providers
   * bind keys to them.
   *
   * @default - the new addresses; required with `eipAllocationIds`
   */
  readonly eipAddresses?: readonly [string, string];
  /**
   * IPv4 addresses that the rooms' keys are bound to beside those in use: ones that will be in use soon, or were until a
   * moment ago. For as long as a change of addresses takes.
   *
   * @default - none: keys work from the addresses in use alone
   */
  readonly alsoAllowed?: readonly string[];
  /**
   * Use a network that exists already instead of creating one.
   *
   * @default - a VPC of its own
   */
  readonly existingVpc?: ExistingVpc;
}

/**
 * An existing network. Keyroom adds a security group to it and changes nothing else: the DNS firewall, the endpoint
 * policies and the flow logs are then the network owner's.
 */
export interface ExistingVpc {
  readonly vpcId: string;
  readonly cidr: string;
  /** One private subnet per zone, in the order of `availabilityZones`, routed to the Internet through fixed addresses. */
  readonly privateSubnetIds: readonly [string, string];
  /** The network's Secrets Manager interface endpoint: a second one with private DNS cannot be created. */
  readonly secretsManagerEndpointId: string;
  /** The IPv4 addresses that sends leave from: what the providers are told to expect. */
  readonly egressAddresses: readonly string[];
}

/** One room: one provider credential, the apps that may use it, and who is told when something is wrong. */
export interface RoomConfig {
  /** `d7`, `infobip`, `twilio` or `sandbox`. */
  readonly provider: string;
  /**
   * Days between two rotations of the sending key, 1 to 365, or hours.
   *
   * @default { days: 30 }
   */
  readonly rotateEvery?: { readonly days: number } | { readonly hours: number };
  /**
   * Days after which a person is asked to replace the managing credential (D7's application, Infobip's portal user, Twilio's
   * Main key), which no provider can do by API: 1 to 730.
   *
   * @default { days: 180 }
   */
  readonly swapEvery?: { readonly days: number };
  /** The apps, by name. At least one. */
  readonly apps: Readonly<Record<string, AppConfig>>;
  /**
   * Logical WhatsApp templates, by the name apps use.
   *
   * @default - none: no WhatsApp template can be sent
   */
  readonly templates?: Readonly<Record<string, TemplateConfig>>;
  /**
   * The only numbers (E.164) that may be messaged. Required outside production, except for the sandbox.
   *
   * @default - in production every number the apps' countries allow
   */
  readonly onlyRecipients?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's importer role: put a key into the inbox, ask for import and
   * rotation, read nothing.
   *
   * @default - nobody
   */
  readonly keyImporters?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's issuer role: issue, list and revoke the keys of apps outside AWS.
   *
   * @default - nobody
   */
  readonly keyIssuers?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's steward role: enter and lift opt-outs, and erase what the room
   * holds of a person.
   *
   * @default - nobody: there is no such role, nor the function behind it
   */
  readonly dataStewards?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's operator role: redrive what was set aside, read nothing.
   *
   * @default - nobody: there is no such role, nor the function behind it
   */
  readonly operators?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's on-call role: freeze and unfreeze, revoke, rotate. It reads no key
   * and no message. Who they are is told by the name of their session.
   *
   * @default - nobody: the room has no door for them
   */
  readonly responders?: readonly string[];
  /**
   * Principals (role ARNs) that may assume the room's approver role: a room that was frozen is unfrozen only when one of
   * them agrees, in another session than the one that commanded it.
   *
   * @default - nobody has to agree
   */
  readonly unfreezeApprovers?: readonly string[];
  /**
   * Networks (CIDR) that apps may call from; any other address is refused even with a valid signature
   * or key.
   *
   * @default - every network: the signature alone decides
   */
  readonly callerNetworks?: readonly string[];
  readonly alarms?: AlarmConfig;
  /** Who is told. @default - nobody: alarms only show in the console */
  readonly onCall?: OnCallConfig;
  /**
   * What messages cost at most.
   *
   * @default - none: no estimate is shown, and no app may have a spend limit
   */
  readonly prices?: PricesConfig;
  /**
   * Whether the provider may tell what became of messages, at a public address of the room.
   *
   * `confirmed`: what it says changes nothing by itself; the room asks it about the message within a minute. `signed`: what
   * it has signed is believed at once, by a key that is imported (`keyroom import-key --receipts`), and the rest is
   * confirmed; on Twilio only.
   *
   * @default - no such address: the room asks by itself, 10 minutes after a message was accepted at first
   */
  readonly receipts?: ReceiptsMode;
  /**
   * Whether what people write to the room's senders comes in, at the same public address, and what its events tell of it.
   *
   * Stop words are heeded either way. `masked`: a hash of the number, its country and last two digits, the keyword. `full`:
   * the number and the text as well, for apps that answer; whoever may write a rule on the account's bus can read them.
   * Needs `receipts` and `dataStewards`; Infobip and Twilio only.
   *
   * @default - nothing comes in: a stop word reaches the room only as the provider's refusal of a message
   */
  readonly inbound?: InboundMode;
  /**
   * Messages a second that a sender bears, 1 to 500, by channel and sender. What is faster waits for its turn, as
   * `queued`, up to its `validUntil`; a fifth is kept for one-time codes.
   *
   * @default - 80 for a sender on WhatsApp; as many as there are on every other channel
   */
  readonly messagesPerSecondBySender?: Readonly<Partial<Record<Channel, Readonly<Record<string, number>>>>>;
  /**
   * Whose the account at the provider is.
   *
   * `own`: nobody but the room sends from it (at Twilio a subaccount is one), so that what the provider has beyond the
   * room's messages was sent by a thief, and pages. `shared`: others send from it as well, such as another room, and
   * nothing tells their messages from a thief's: nothing is compared.
   *
   * @default 'own'
   */
  readonly account?: AccountUse;
  /**
   * What the provider itself lets the account spend before it stops: a prepaid balance that is not topped up by itself,
   * or a limit set at the provider. Nothing else bounds what a stolen key can cost. The room cannot check it.
   *
   * @default - none: what a stolen key can cost is said to be not bounded
   */
  readonly accountLimit?: AccountLimit;
  /**
   * What the room stops by itself; `keyroom unfreeze` undoes each. Only with `responders`, as nobody could otherwise.
   *
   * @default - a country that is new to the room, once the room is a week old; no app
   */
  readonly quarantine?: QuarantineConfig;
  /** Requests a second the door admits, over all apps. @default 50 */
  readonly throttlingRatePerSecond?: number;
  /** Requests the door admits in one burst. @default 100 */
  readonly throttlingBurst?: number;
}

/** What is frozen without a person; `record` says so and freezes nothing. */
export interface QuarantineConfig {
  /**
   * A country that no app of the room has ever sent to. The first messages pass; within about a minute it is frozen. The
   * `homeCountry` of an app is never new. In the first 7 days after an app's first message its countries are recorded only.
   *
   * @default 'freeze'
   */
  readonly newCountries?: QuarantineMode;
  /**
   * An app whose messages are above the usual, or whose money will not last: what pages. Its other messages are stopped,
   * too.
   *
   * @default 'record'
   */
  readonly apps?: QuarantineMode;
}

/** Whether something is stopped, or only told. */
export type QuarantineMode = 'freeze' | 'record';

/** What can be spent from an account at a provider at most. */
export interface AccountLimit {
  /** Decimal, such as `'500.00'`. */
  readonly amount: string;
  /** ISO 4217, such as `USD`. */
  readonly currency: string;
}

/** Who sends from an account at a provider. */
export type AccountUse = 'own' | 'shared';

/** How much events tell of what people write. */
export type InboundMode = 'masked' | 'full';

/** How what the provider says of a message is believed. */
export type ReceiptsMode = 'confirmed' | 'signed';

/** An app: its identity and what it may send. Everything not listed is refused. */
export interface AppConfig {
  /**
   * Who the app is: an existing role, principals that may assume a role the room creates for it
   * (`keyroom-<environment>-<room>-app-<app>`), or, for an app outside AWS, whoever has one of its keys.
   */
  readonly identity:
    { readonly roleArn: string } | { readonly trustedPrincipals: readonly string[] } | { readonly keys: AppKeysConfig };
  readonly channels: readonly Channel[];
  /** Sender IDs per channel; a channel without one cannot be used. */
  readonly senders: Readonly<Partial<Record<Channel, readonly string[]>>>;
  /** Countries (ISO 3166-1 alpha-2) the app may send to. */
  readonly countries: readonly string[];
  /** The country that is not international. @default - the first of `countries` */
  readonly homeCountry?: string;
  /**
   * Kinds of number the app may message although they are refused, each with the reason: `premium-rate`, `shared-cost`,
   * `personal-number`, `universal-access`, `pager`, `voicemail`. Satellite numbers belong to no country and are always
   * refused.
   *
   * @default - none: only fixed-line, mobile, toll-free and unassigned numbers
   */
  readonly allowedNumberTypes?: Readonly<Partial<Record<NumberType, string>>>;
  readonly limits?: AppLimitsConfig;
}

/** What the keys of an app may do at most: one that is issued can be narrower. */
export interface AppKeysConfig {
  /** `messages:send`, `messages:read`, `usage:read`: at least one. */
  readonly scopes: readonly KeyScope[];
  /**
   * Networks (CIDR) that its requests must come from, within the room's `callerNetworks`.
   *
   * @default - every network that the room admits
   */
  readonly allowedNetworks?: readonly string[];
  /** Days that a key lives at most, 1 to 365. @default 90 */
  readonly expireAfterDays?: number;
}

/**
 * Fixed windows in UTC, of this app alone. A message counts in all that apply, before it is sent.
 *
 * A limit that is used up refuses with 403 `limit-exhausted`; one of a minute or less with 429 `too-fast`.
 */
export interface AppLimitsConfig {
  /** 1 to 500: what one item of the ledger carries. @default 25 */
  readonly messagesPerSecond?: number;
  /** @default 1000 */
  readonly messagesPerDay?: number;
  /** @default - 20 times `messagesPerDay` */
  readonly messagesPerMonth?: number;
  /** Messages a day outside `homeCountry`. @default 100 */
  readonly internationalMessagesPerDay?: number;
  /** Segments of one SMS. @default 3 */
  readonly segmentsPerMessage?: number;
  /** Segments of SMS a day. @default - `messagesPerDay` times `segmentsPerMessage` */
  readonly segmentsPerDay?: number;
  /**
   * Money a day, in the currency of the room's `prices`, such as `'25.00'`; every country of the app needs a price.
   *
   * @default - no limit in money: messages and segments bound it
   */
  readonly spendPerDay?: string;
  /** Money a month, as `spendPerDay`. @default - no limit in money: messages and segments bound it */
  readonly spendPerMonth?: string;
  /** One-time codes (`category: otp`) to one recipient. @default 2 */
  readonly codesPerRecipientPerMinute?: number;
  /** One-time codes to one recipient. @default 4 */
  readonly codesPerRecipientPerTenMinutes?: number;
  /** Messages of any category to one recipient. @default 6 */
  readonly messagesPerRecipientPerHour?: number;
  /** @default 12 */
  readonly messagesPerRecipientPerDay?: number;
  /** Messages to numbers that share their first 6 to 8 digits: pumped traffic goes to neighbours. @default 100 */
  readonly messagesPerPrefixPerHour?: number;
}

/** What a segment of an SMS, or one message on another channel, costs at most. */
export interface PricesConfig {
  /** ISO 4217, such as `USD`. */
  readonly currency: string;
  /**
   * Decimal amounts with at most six decimals, by country and channel, such as `{ AE: { sms: '0.0350' } }`.
   *
   * A ceiling, not the provider's price list: what is taken from a spend limit before a message is sent, and what the API
   * shows as the estimate.
   */
  readonly ceilings: Readonly<Record<string, Readonly<Partial<Record<Channel, string>>>>>;
}

/** What a logical WhatsApp template is called at the provider. */
export interface TemplateConfig {
  readonly providerTemplate: string;
  readonly languages: readonly string[];
  /** Parameter names in the provider's order. @default - none */
  readonly params?: readonly string[];
}

/** Thresholds of the room's alarms. */
export interface AlarmConfig {
  /**
   * Messages in one minute, over all apps, above which somebody is paged.
   *
   * The alarm looks at every ten seconds by themselves and pages above a sixth of it: 51 messages in ten seconds page at
   * 300, even if no more follow.
   *
   * @default 300
   */
  readonly messagesPerMinuteCeiling?: number;
  /** How many more messages one minute may have than the minute before. @default 100 */
  readonly messagesPerMinuteJump?: number;
  /** Messages in one minute that could not be handed to the provider, above which somebody is paged. @default 5 */
  readonly failuresPerMinuteCeiling?: number;
}

/** Where alarms go. */
export interface OnCallConfig {
  /** Told at once: something must be done now. @default - nobody */
  readonly pages?: readonly Subscriber[];
  /** Told in working hours. @default - nobody */
  readonly tickets?: readonly Subscriber[];
}

/** `queue` creates an encrypted SQS queue that keeps what was sent: for probes and pagers that poll. */
export type Subscriber = { readonly email: string } | { readonly https: string } | { readonly queue: string };

/** What only a laptop may change. */
export interface LocalSettings {
  /** Where each provider's simulator listens. */
  readonly providerBaseUrls?: Readonly<Record<string, string>>;
  /** @default 300 */
  readonly keyCacheSeconds?: number;
  /** @default 900 */
  readonly keyGraceSeconds?: number;
  /** @default 60 */
  readonly sweepEveryMinutes?: number;
  /** How late a simulator that lists messages may do so, at most. @default 120 */
  readonly providerLagSeconds?: number;
}
