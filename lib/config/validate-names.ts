import { duplicates, type Problems } from './checks.ts';
import type { AppConfig, EnvironmentConfig } from './environment.ts';
import {
  appRoleName,
  approverRoleName,
  importerRoleName,
  issuerRoleName,
  onCallRoleName,
  operatorRoleName,
  roomStackName,
  stewardRoleName,
} from './names.ts';

/** IAM's limit. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_ROLE_NAME = 64;

/** Names that AWS would refuse, or that would make two things one: found here, before a deployment fails half-way. */
export const nameProblems = (config: EnvironmentConfig): Problems => [
  ...stackCollisions(config),
  ...createdRoleProblems(config),
  ...Object.entries(config.rooms).flatMap(([room, { apps }]) => identityCollisions(config, room, apps)),
];

/** The owners of each name that more than one has. */
const collisions = (named: readonly (readonly [name: string, owner: string])[]): [name: string, owners: string][] =>
  duplicates(named.map(([name]) => name)).map((name) => [
    name,
    named.flatMap(([other, owner]) => (other === name ? [owner] : [])).join(' and '),
  ]);

const stackCollisions = (config: EnvironmentConfig): Problems =>
  collisions(Object.keys(config.rooms).map((room) => [roomStackName(config.name, room), room])).map(
    ([stack, rooms]) => `rooms: ${rooms} would both be the stack ${stack}`,
  );

/** `a` with the app `b-app-c` and `a-app-b` with the app `c` make the same role, so all rooms are looked at together. */
const createdRoleProblems = (config: EnvironmentConfig): Problems => {
  const created = Object.entries(config.rooms).flatMap(
    ([room, { apps, keyImporters, keyIssuers, dataStewards, operators, responders, unfreezeApprovers }]) => [
      ...Object.entries(apps)
        .filter(([, app]) => 'trustedPrincipals' in app.identity)
        .map(([app]) => [appRoleName(config.name, room, app), `rooms.${room}.apps.${app}`] as const),
      ...(keyImporters?.length ? [[importerRoleName(config.name, room), `rooms.${room}.keyImporters`] as const] : []),
      ...(keyIssuers?.length ? [[issuerRoleName(config.name, room), `rooms.${room}.keyIssuers`] as const] : []),
      ...(dataStewards?.length ? [[stewardRoleName(config.name, room), `rooms.${room}.dataStewards`] as const] : []),
      ...(operators?.length ? [[operatorRoleName(config.name, room), `rooms.${room}.operators`] as const] : []),
      ...(responders?.length ? [[onCallRoleName(config.name, room), `rooms.${room}.responders`] as const] : []),
      ...(unfreezeApprovers?.length
        ? [[approverRoleName(config.name, room), `rooms.${room}.unfreezeApprovers`] as const]
        : []),
    ],
  );
  return [
    ...created
      .filter(([role]) => role.length > MAX_ROLE_NAME)
      .map(
        ([role, owner]) =>
          `${owner}: its role name ${role} must be at most ${MAX_ROLE_NAME} characters, got ${role.length}`,
      ),
    ...collisions(created).map(([role, owners]) => `${owners} would both be the role ${role}`),
  ];
};

/** A session's ARN carries the account and the role's name but no path: two roles that differ by path are one app. */
const identityCollisions = (
  config: EnvironmentConfig,
  room: string,
  apps: Readonly<Record<string, AppConfig>>,
): Problems =>
  collisions(
    Object.entries(apps).flatMap(([app, { identity }]) => {
      const principal = appPrincipal(config, room, app, identity);
      return principal === null ? [] : [[principal, app] as const];
    }),
  ).map(
    ([principal, owners]) =>
      `rooms.${room}.apps: ${owners} have the same account and role name (${principal}), so nobody could tell them apart`,
  );

/** `<account>:<role name>` of an app, as the send function sees it; `null` for one that comes with a key. */
export const appPrincipal = (
  config: Pick<EnvironmentConfig, 'account' | 'name'>,
  room: string,
  app: string,
  identity: AppConfig['identity'],
): string | null => {
  if ('keys' in identity) return null;
  if ('trustedPrincipals' in identity) return `${config.account}:${appRoleName(config.name, room, app)}`;
  const [, , , , account = '', path = ''] = identity.roleArn.split(':');
  return `${account}:${path.split('/').at(-1) ?? ''}`;
};
