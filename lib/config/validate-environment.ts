import { PROVIDERS } from '../../lambda/providers/contract.ts';
import * as check from './checks.ts';
import { DEFAULTS } from './defaults.ts';
import type { EnvironmentConfig, LocalSettings } from './environment.ts';
import { keepers } from './names.ts';

/** The account no AWS customer has; the only one that time scales and provider addresses may be changed in. */
const EMULATOR_ACCOUNT = '000000000000';
/** CloudFormation's limit is 50 tags a resource; the rest is ours. */
const MAX_TAGS = 45;

/** What is wrong with an environment itself, apart from its egress and its rooms. */
export const environmentProblems = (config: EnvironmentConfig): check.Problems => [
  ...check.name('name', config.name, 12),
  ...check.account('account', config.account),
  ...regionProblems(config.region),
  ...zoneProblems(config),
  ...(Object.keys(config.rooms).length > 0 ? [] : ['rooms: must name at least one room, got none']),
  ...check.policyArn('permissionsBoundaryArn', config.permissionsBoundaryArn),
  ...check.qualifier('bootstrapQualifier', config.bootstrapQualifier),
  ...check.roleArn('deploymentRoleArn', config.deploymentRoleArn),
  ...breakGlassProblems(config),
  ...tagProblems(config.tags ?? {}),
  ...localProblems(config),
];

/** China and the isolated partitions. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const OTHER_DOMAIN = /^(?:cn|[a-z]{2}-iso[a-z]*)-/;

const regionProblems = (region: string): check.Problems =>
  OTHER_DOMAIN.test(region)
    ? [`region: must be one whose endpoints end in amazonaws.com, such as eu-central-1, ${check.got(region)}`]
    : check.region('region', region);

/** A role that exists, apart from the one it has to help. */
const breakGlassProblems = (config: EnvironmentConfig): check.Problems => {
  const { breakGlassRoleArn, production, account } = config;
  if (breakGlassRoleArn === undefined) {
    return production
      ? [
          'breakGlassRoleArn: must be set in production, got nothing: KMS knows the deployment role by its unique id, so ' +
            "once that role was deleted and made again, nobody else could change the policies of the secrets' keys",
        ]
      : [];
  }
  const malformed = check.roleArn('breakGlassRoleArn', breakGlassRoleArn);
  if (malformed.length > 0) return malformed;
  return [
    ...(breakGlassRoleArn === keepers(config).deploymentRoleArn
      ? [`breakGlassRoleArn: must be another role than deploymentRoleArn, ${check.got(breakGlassRoleArn)}`]
      : []),
    // The keys leave it to this account's IAM.
    ...(breakGlassRoleArn.split(':')[4] === account
      ? []
      : [`breakGlassRoleArn: must be a role of the account ${account}, ${check.got(breakGlassRoleArn)}`]),
  ];
};

const zoneProblems = ({ availabilityZones, region }: EnvironmentConfig): check.Problems => {
  const zones: readonly string[] = availabilityZones;
  return zones.length === 2 &&
    zones[0] !== zones[1] &&
    zones.every((zone) => zone.startsWith(region) && zone !== region)
    ? []
    : [`availabilityZones: must be two different zones of ${region}, ${check.got(zones)}`];
};

const tagProblems = (tags: Readonly<Record<string, string>>): check.Problems => [
  ...(Object.keys(tags).length <= MAX_TAGS
    ? []
    : [`tags: must be at most ${MAX_TAGS}, got ${Object.keys(tags).length}`]),
  ...Object.entries(tags).flatMap(([key, value]) => [
    // A deploy that carried keyroom:frozen could freeze or unfreeze a room by accident.
    ...(/^(?:aws|keyroom):/i.test(key) ? [`tags.${key}: must not start with aws: or keyroom:`] : []),
    ...(key.length >= 1 && key.length <= 128 && value.length <= 256
      ? []
      : [`tags.${key}: must have a key of 1 to 128 and a value of at most 256 characters`]),
  ]),
];

const localProblems = ({ local, name, account }: EnvironmentConfig): check.Problems => {
  if (name === 'local' && account !== EMULATOR_ACCOUNT) {
    return [`account: must be ${EMULATOR_ACCOUNT} in the environment "local", ${check.got(account)}`];
  }
  if (local === undefined) return [];
  if (name !== 'local') return [`local: is allowed in the environment "local" only, got it in ${JSON.stringify(name)}`];
  return [
    ...Object.entries(local.providerBaseUrls ?? {}).flatMap(([provider, url]) => baseUrlProblems(provider, url)),
    ...timeProblems(local),
  ];
};

const baseUrlProblems = (provider: string, url: string): check.Problems => {
  const where = `local.providerBaseUrls.${provider}`;
  if (!Object.hasOwn(PROVIDERS, provider)) return [`${where}: must be one of ${Object.keys(PROVIDERS).join(', ')}`];
  return /^https:\/\/(?:127(?:\.\d{1,3}){3}|localhost)(?::\d+)?\/?$/.test(url)
    ? []
    : [`${where}: must be an https URL on the loopback interface, ${check.got(url)}`];
};

/** That of the providers which list messages. */
const MOST_LAG_SECONDS = 120;

const timeProblems = (local: LocalSettings): check.Problems => {
  const { keyCacheSeconds = DEFAULTS.keyCacheSeconds, keyGraceSeconds = DEFAULTS.keyGraceSeconds } = local;
  return [
    ...check.wholeNumber('local.keyCacheSeconds', keyCacheSeconds, 1, DEFAULTS.keyCacheSeconds),
    ...check.wholeNumber('local.keyGraceSeconds', keyGraceSeconds, 1, DEFAULTS.keyGraceSeconds),
    ...check.wholeNumber('local.sweepEveryMinutes', local.sweepEveryMinutes, 1, DEFAULTS.sweepEveryMinutes),
    ...check.wholeNumber('local.providerLagSeconds', local.providerLagSeconds, 1, MOST_LAG_SECONDS),
    // A warm function that still holds the old key must find it alive.
    ...(keyGraceSeconds >= keyCacheSeconds
      ? []
      : [`local.keyGraceSeconds: must be at least keyCacheSeconds (${keyCacheSeconds}), got ${keyGraceSeconds}`]),
  ];
};
