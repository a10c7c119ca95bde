import { DEFAULTS } from './defaults.ts';
import type { EnvironmentConfig, RoomConfig } from './environment.ts';

/**
 * The names people type or other accounts refer to. Everything else is named by CloudFormation.
 *
 * Two rooms, or an app and a room's importer, can end up with one name; validation finds that before AWS does.
 */

/** `late-notices` becomes `LateNotices`. */
export const pascalCase = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** The stack of an environment's way out. */
export const egressStackName = (environment: string): string => `Keyroom-${environment}-Egress`;

/** The stack of one room. */
export const roomStackName = (environment: string, room: string): string =>
  `Keyroom-${environment}-${pascalCase(room)}`;

/** The role a room creates for an app that brings none of its own. */
export const appRoleName = (environment: string, room: string, app: string): string =>
  `keyroom-${environment}-${room}-app-${app}`;

/** The role that may put a key into a room's inbox. */
export const importerRoleName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-importer`;

/** The role that may issue and revoke a room's app keys. */
export const issuerRoleName = (environment: string, room: string): string => `keyroom-${environment}-${room}-issuer`;

/** The role that does what recipients ask of a room. */
export const stewardRoleName = (environment: string, room: string): string => `keyroom-${environment}-${room}-steward`;

/** The role that operates a room. */
export const operatorRoleName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-operator`;
/** The role of whoever is on call in a room. */
export const onCallRoleName = (environment: string, room: string): string => `keyroom-${environment}-${room}-on-call`;

/** The role of whoever has to agree before a room is unfrozen. */
export const approverRoleName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-approver`;

/** The dashboard of a room. */
export const dashboardName = (environment: string, room: string): string => `keyroom-${environment}-${room}`;

/** The role CloudFormation works under after `cdk bootstrap`. */
export const bootstrapDeploymentRoleArn = (account: string, region: string, qualifier: string): string =>
  `arn:${partitionOf(region)}:iam::${account}:role/cdk-${qualifier}-cfn-exec-role-${account}-${region}`;

/** `aws`, or `aws-us-gov` in GovCloud; validation lets no other partition pass. */
export const partitionOf = (region: string): string => (region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws');

/** Who keeps an environment's secrets in repair. */
export const keepers = (config: EnvironmentConfig) => ({
  deploymentRoleArn:
    config.deploymentRoleArn ??
    bootstrapDeploymentRoleArn(config.account, config.region, config.bootstrapQualifier ?? DEFAULTS.bootstrapQualifier),
  breakGlassRoleArn: config.breakGlassRoleArn,
});

/** The other rooms that may share a room's account at its provider. */
export const siblingRooms = ({ rooms }: EnvironmentConfig, room: string): readonly string[] =>
  Object.keys(rooms).filter((other) => other !== room && rooms[other]?.provider === rooms[room]?.provider);

/** The other rooms whose names, and so the names of whose alarms, begin with this one's and a hyphen. */
export const roomsAlike = ({ rooms }: EnvironmentConfig, room: string): readonly string[] =>
  Object.keys(rooms).filter((other) => other.startsWith(`${room}-`));

/** Whether some app of a room comes with a key. */
export const hasKeys = ({ apps }: RoomConfig): boolean =>
  Object.values(apps).some(({ identity }) => 'keys' in identity);

/** The identities of the apps that sign, with the names of the roles that the room creates. */
export const appIdentities = (environment: string, room: string, apps: RoomConfig['apps']) =>
  Object.fromEntries(
    Object.entries(apps).flatMap(([app, { identity }]) => {
      if ('keys' in identity) return [];
      const named = 'roleArn' in identity ? identity : { ...identity, roleName: appRoleName(environment, room, app) };
      return [[app, named]];
    }),
  );
