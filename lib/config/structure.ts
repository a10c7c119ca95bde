import * as v from 'valibot';
import type { Problems } from './checks.ts';
import type {
  AccountLimit,
  AlarmConfig,
  AppConfig,
  AppKeysConfig,
  AppLimitsConfig,
  EgressConfig,
  EnvironmentConfig,
  ExistingVpc,
  LocalSettings,
  OnCallConfig,
  PricesConfig,
  QuarantineConfig,
  RoomConfig,
  Subscriber,
  TemplateConfig,
} from './environment.ts';

/** A schema for every field of a type: a field that is added there and forgotten here does not compile. */
type FieldsOf<T> = Readonly<Record<T extends unknown ? keyof T : never, v.GenericSchema>>;

const listed = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(', ');
const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

/** An object with these fields and no others; the check is by hand, as valibot names one unknown field only. */
const object = (fields: v.ObjectEntries) =>
  v.pipe(
    v.looseObject(fields, ({ expected }) => (expected === 'Object' ? 'must be an object' : 'must be set')),
    v.rawCheck(({ dataset, addIssue }) => {
      const unknown = keysOf(dataset.value).filter((key) => !Object.hasOwn(fields, key));
      if (unknown.length === 0) return;
      // Without the value: it could be a key that somebody put into the wrong place.
      addIssue({ message: `may have ${Object.keys(fields).join(', ')} only`, received: listed(unknown) });
    }),
  );

/** An object with exactly one of these fields. */
const oneOf = (fields: v.ObjectEntries) =>
  v.pipe(
    v.looseObject(
      Object.fromEntries(Object.entries(fields).map(([key, schema]) => [key, v.optional(schema)])),
      'must be an object',
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      const keys = keysOf(dataset.value);
      const [only] = keys;
      if (only !== undefined && keys.length === 1 && Object.hasOwn(fields, only)) return;
      addIssue({
        message: `must have exactly one of ${Object.keys(fields).join(', ')}`,
        received: keys.length === 0 ? 'none' : listed(keys),
      });
    }),
  );

const text = v.string('must be text');
const number = v.number('must be a number');
const flag = v.boolean('must be true or false');
const list = (item: v.GenericSchema) => v.array(item, 'must be a list');
const texts = list(text);
const map = (value: v.GenericSchema) => v.record(v.string(), value, 'must be an object');
const { optional } = v;

const subscriber = oneOf({ email: text, https: text, queue: text } satisfies FieldsOf<Subscriber>);

const app = object({
  identity: oneOf({
    roleArn: text,
    trustedPrincipals: texts,
    keys: object({
      scopes: texts,
      allowedNetworks: optional(texts),
      expireAfterDays: optional(number),
    } satisfies FieldsOf<AppKeysConfig>),
  } satisfies FieldsOf<AppConfig['identity']>),
  channels: texts,
  senders: map(texts),
  countries: texts,
  homeCountry: optional(text),
  allowedNumberTypes: optional(map(text)),
  limits: optional(
    object({
      messagesPerSecond: optional(number),
      messagesPerDay: optional(number),
      messagesPerMonth: optional(number),
      internationalMessagesPerDay: optional(number),
      segmentsPerMessage: optional(number),
      segmentsPerDay: optional(number),
      spendPerDay: optional(text),
      spendPerMonth: optional(text),
      codesPerRecipientPerMinute: optional(number),
      codesPerRecipientPerTenMinutes: optional(number),
      messagesPerRecipientPerHour: optional(number),
      messagesPerRecipientPerDay: optional(number),
      messagesPerPrefixPerHour: optional(number),
    } satisfies FieldsOf<AppLimitsConfig>),
  ),
} satisfies FieldsOf<AppConfig>);

const room = object({
  provider: text,
  rotateEvery: optional(
    oneOf({ days: number, hours: number } satisfies FieldsOf<NonNullable<RoomConfig['rotateEvery']>>),
  ),
  swapEvery: optional(object({ days: number } satisfies FieldsOf<NonNullable<RoomConfig['swapEvery']>>)),
  apps: map(app),
  templates: optional(
    map(
      object({
        providerTemplate: text,
        languages: texts,
        params: optional(texts),
      } satisfies FieldsOf<TemplateConfig>),
    ),
  ),
  onlyRecipients: optional(texts),
  keyImporters: optional(texts),
  keyIssuers: optional(texts),
  dataStewards: optional(texts),
  operators: optional(texts),
  responders: optional(texts),
  unfreezeApprovers: optional(texts),
  callerNetworks: optional(texts),
  alarms: optional(
    object({
      messagesPerMinuteCeiling: optional(number),
      messagesPerMinuteJump: optional(number),
      failuresPerMinuteCeiling: optional(number),
    } satisfies FieldsOf<AlarmConfig>),
  ),
  onCall: optional(
    object({
      pages: optional(list(subscriber)),
      tickets: optional(list(subscriber)),
    } satisfies FieldsOf<OnCallConfig>),
  ),
  prices: optional(object({ currency: text, ceilings: map(map(text)) } satisfies FieldsOf<PricesConfig>)),
  account: optional(text),
  accountLimit: optional(object({ amount: text, currency: text } satisfies FieldsOf<AccountLimit>)),
  quarantine: optional(
    object({ newCountries: optional(text), apps: optional(text) } satisfies FieldsOf<QuarantineConfig>),
  ),
  receipts: optional(text),
  inbound: optional(text),
  messagesPerSecondBySender: optional(map(map(number))),
  throttlingRatePerSecond: optional(number),
  throttlingBurst: optional(number),
} satisfies FieldsOf<RoomConfig>);

const egress = object({
  cidr: optional(text),
  eipAllocationIds: optional(texts),
  eipAddresses: optional(texts),
  alsoAllowed: optional(texts),
  existingVpc: optional(
    object({
      vpcId: text,
      cidr: text,
      privateSubnetIds: texts,
      secretsManagerEndpointId: text,
      egressAddresses: texts,
    } satisfies FieldsOf<ExistingVpc>),
  ),
} satisfies FieldsOf<EgressConfig>);

const environment = object({
  name: text,
  account: text,
  region: text,
  availabilityZones: texts,
  production: optional(flag),
  egress: optional(egress),
  rooms: map(room),
  permissionsBoundaryArn: optional(text),
  bootstrapQualifier: optional(text),
  deploymentRoleArn: optional(text),
  breakGlassRoleArn: optional(text),
  tags: optional(map(text)),
  local: optional(
    object({
      providerBaseUrls: optional(map(text)),
      keyCacheSeconds: optional(number),
      keyGraceSeconds: optional(number),
      sweepEveryMinutes: optional(number),
      providerLagSeconds: optional(number),
    } satisfies FieldsOf<LocalSettings>),
  ),
} satisfies FieldsOf<EnvironmentConfig>);

/**
 * Fields that nobody knows, that are missing, or that hold another kind of value.
 *
 * The compiler finds most of them in a configuration written in place; not in one that is put together from parts.
 */
export const structureProblems = (config: EnvironmentConfig): Problems =>
  (v.safeParse(environment, config).issues ?? []).map((issue) => {
    const where = v.getDotPath(issue) ?? 'configuration';
    return `${where}: ${issue.message}, got ${issue.received === 'undefined' ? 'nothing' : issue.received}`;
  });
