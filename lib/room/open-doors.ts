import type { Stack } from 'aws-cdk-lib';
import * as names from '../config/names.ts';
import { AppDoor } from '../constructs/app-door.ts';
import { AppKeys, type AppKeysProps } from '../constructs/app-keys.ts';
import type { AppRegistration } from '../constructs/app-registration.ts';
import type { RoomFunction } from '../constructs/room-function.ts';
import { output, type RoomStackProps, type Watch } from './shared.ts';

/** What the doors of a room lead to. */
interface BehindDoors {
  readonly checking: AppKeysProps['checking'];
  readonly registration: AppRegistration;
  readonly behind: Omit<AppKeysProps['door'], 'apiName'>;
}

/**
 * The doors that the apps need: one for those that sign, one for those that come with a key.
 *
 * @returns the functions that only the second one needs
 */
export const openDoors = (
  stack: Stack,
  { config, roomName, room }: RoomStackProps,
  { alarms, metrics }: Watch,
  { checking, registration, behind }: BehindDoors,
): readonly RoomFunction[] => {
  const apiName = `keyroom-${config.name}-${roomName}`;
  const apps = names.appIdentities(config.name, roomName, room.apps);
  if (Object.keys(apps).length > 0) {
    const door = new AppDoor(stack, 'AppDoor', { ...behind, apiName, apps });
    // A message is admitted only where its app is registered.
    door.node.addDependency(registration);
    output(stack, 'AppApiUrl', door.url, 'Door of the apps on AWS; add /v1/messages');
    for (const [app, role] of door.createdRoles) {
      output(stack, `AppRoleArn${names.pascalCase(app)}`, role.roleArn, `Role of the app ${app}`);
    }
  }
  if (!names.hasKeys(room)) return [];
  const appKeys = new AppKeys(stack, 'AppKeys', {
    checking,
    door: { ...behind, apiName: `${apiName}-keys` },
    issuerRoleName: names.issuerRoleName(config.name, roomName),
    issuers: room.keyIssuers ?? [],
    alarms,
    metrics,
  });
  appKeys.node.addDependency(registration);
  output(stack, 'KeyApiUrl', appKeys.url, 'Door of the apps outside AWS; add /v1/messages');
  if (appKeys.issuer) output(stack, 'IssuerRoleArn', appKeys.issuer.roleArn, 'Role that may issue app keys');
  return appKeys.functions;
};
