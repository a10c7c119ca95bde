import type { Stack } from 'aws-cdk-lib';
import type { RoomConfig } from '../config/environment.ts';
import * as names from '../config/names.ts';
import { rotationPeriod, swapPeriod } from '../config/periods.ts';
import { addKeyAlarms } from '../constructs/key-alarms.ts';
import { KeyInbox } from '../constructs/key-inbox.ts';
import { NamedRole } from '../constructs/named-role.ts';
import type { ProviderKey } from '../constructs/provider-key.ts';
import { ReadRecordsFunction } from '../constructs/read-records-function.ts';
import { addReconcileAlarms } from '../constructs/reconcile-alarms.ts';
import { ReconcileFunction } from '../constructs/reconcile-function.ts';
import type { RoomFunction } from '../constructs/room-function.ts';
import { RotateKeyFunction } from '../constructs/rotate-key-function.ts';
import { RotationSchedule } from '../constructs/rotation-schedule.ts';
import { output, type SharedProps, type Watch } from './shared.ts';

/** A role that may put credentials in. */
export type Importer = Parameters<KeyInbox['grantImport']>[0];

/** What keeps the credential of a room. */
export interface KeptKey {
  /** Who puts credentials in, where somebody may. */
  readonly importer: Importer | undefined;
  readonly rotateKey: RotateKeyFunction;
  readonly readRecords: ReadRecordsFunction;
  /** The functions that only look. */
  readonly watching: readonly RoomFunction[];
}

/**
 * How the credential gets in, how it is replaced, whether anybody else uses it, who may ask for that, and who is told
 * when it fails.
 */
export const keepKey = (
  stack: Stack,
  shared: SharedProps & { readonly siblingRooms: readonly string[] },
  room: RoomConfig,
  providerKey: ProviderKey,
  { alarms, metrics }: Watch,
): KeptKey => {
  const { environmentName, roomName } = shared;
  const rotateEvery = rotationPeriod(room);
  const inbox = new KeyInbox(stack, 'Inbox', shared);
  const rotateKey = new RotateKeyFunction(stack, 'RotateKey', {
    ...shared,
    providerName: room.provider,
    providerKey,
    inbox,
    channels: [...new Set(Object.values(room.apps).flatMap(({ channels }) => channels))],
    rotateEvery,
  });
  new RotationSchedule(stack, 'Rotation', { secret: providerKey.sending, rotator: rotateKey, every: rotateEvery });
  addKeyAlarms(alarms, metrics, { rotateKey, rotateEvery, swapEvery: swapPeriod(room) });
  const providerName = room.provider;
  const readRecords = new ReadRecordsFunction(stack, 'ReadRecords', { ...shared, providerName, providerKey });
  const reconcile =
    room.account === 'shared'
      ? undefined
      : new ReconcileFunction(stack, 'Reconcile', { ...shared, providerName, readRecords });
  if (reconcile) addReconcileAlarms(alarms, metrics, shared.policy);
  const importer = room.keyImporters?.length
    ? new NamedRole(stack, 'Importer', {
        roleName: names.importerRoleName(environmentName, roomName),
        description: `Keyroom: puts a key into the room ${roomName} and reads nothing`,
        trustedPrincipals: room.keyImporters,
      })
    : undefined;
  if (importer) {
    inbox.grantImport(importer);
    rotateKey.grantCommand(importer);
    reconcile?.grantCommand(importer);
    output(stack, 'ImporterRoleArn', importer.roleArn, 'Role that may import a key');
  }
  output(stack, 'SendingSecretArn', providerKey.sending.secretArn, 'Secret that sends at the provider');
  output(stack, 'ManagingSecretArn', providerKey.managing.secretArn, 'Secret that manages keys at the provider');
  output(stack, 'InboxSecretArn', inbox.secret.secretArn, 'Secret that takes in a credential');
  output(stack, 'RotateKeyFunctionName', rotateKey.function.functionName, 'Function that imports, rotates and sweeps');
  return { importer, rotateKey, readRecords, watching: reconcile ? [readRecords, reconcile] : [readRecords] };
};
