import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULTS } from './config/defaults.ts';
import type { EnvironmentConfig, RoomConfig } from './config/environment.ts';
import * as names from './config/names.ts';
import { rotationPeriod, timeScales } from './config/periods.ts';
import { dataRemovalPolicy } from './config/removal.ts';
import { roomPolicy } from './config/room-policy.ts';
import { AppDoor } from './constructs/app-door.ts';
import { AppRegistration } from './constructs/app-registration.ts';
import { DataKey } from './constructs/data-key.ts';
import type { IEgress } from './constructs/egress.ts';
import { addKeyAlarms } from './constructs/key-alarms.ts';
import { KeyCustody } from './constructs/key-custody.ts';
import { Ledger } from './constructs/ledger.ts';
import { OnCall } from './constructs/on-call.ts';
import { Pepper } from './constructs/pepper.ts';
import { QueryFunction } from './constructs/query-function.ts';
import { RoomMetrics } from './constructs/room-metrics.ts';
import { addSendAlarms } from './constructs/send-alarms.ts';
import { SendFunction } from './constructs/send-function.ts';
import { addVolumeAlarms } from './constructs/volume-alarms.ts';

export interface RoomStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  /** Name of the room in the configuration. */
  readonly roomName: string;
  readonly room: RoomConfig;
  readonly egress: IEgress;
}

/** One provider credential, the only code that may use it, and the guards around both. */
export class RoomStack extends Stack {
  constructor(scope: Construct, id: string, { config, roomName, room, egress, ...props }: RoomStackProps) {
    super(scope, id, { ...props, description: `Keyroom ${config.name}: the room ${roomName}` });
    const removalPolicy = dataRemovalPolicy(config);
    const dataKey = new DataKey(this, 'DataKey', { removalPolicy });
    const ledger = new Ledger(this, 'Ledger', {
      encryptionKey: dataKey,
      deletionProtection: config.name !== 'local',
      removalPolicy,
    });
    const shared = {
      environmentName: config.name,
      roomName,
      policy: roomPolicy(config, roomName, room),
      egress,
      secretsManagerEndpointId: egress.secretsManagerEndpointId,
      ledger,
      logKey: dataKey,
      removalPolicy,
      ...timeScales(config),
      ...names.keepers(config),
      providerBaseUrl: config.local?.providerBaseUrls?.[room.provider],
    };
    const rotateEvery = rotationPeriod(room);
    // A sandbox has no credential, so nothing of what keeps one.
    const custody =
      room.provider === 'sandbox'
        ? undefined
        : new KeyCustody(this, 'Custody', {
            ...shared,
            providerName: room.provider,
            channels: [...new Set(Object.values(room.apps).flatMap(({ channels }) => channels))],
            rotateEvery,
            importerRoleName: names.importerRoleName(config.name, roomName),
            importers: room.keyImporters,
          });
    const pepper = new Pepper(this, 'Pepper', { ...shared, encryptionKey: dataKey });
    const send = new SendFunction(this, 'Send', { ...shared, pepper, providerKey: custody?.providerKey });
    const query = new QueryFunction(this, 'Query', shared);
    const registration = new AppRegistration(this, 'Apps', { ...shared, apps: Object.keys(room.apps) });
    const door = new AppDoor(this, 'AppDoor', {
      ...shared,
      apiName: `keyroom-${config.name}-${roomName}`,
      send,
      query,
      apps: names.appIdentities(config.name, roomName, room.apps),
      callerNetworks: room.callerNetworks,
      throttlingRatePerSecond: room.throttlingRatePerSecond ?? DEFAULTS.throttlingRatePerSecond,
      throttlingBurst: room.throttlingBurst ?? DEFAULTS.throttlingBurst,
    });
    // A message is admitted only where its app is registered.
    door.node.addDependency(registration);

    const onCall = new OnCall(this, 'OnCall', {
      ...room.onCall,
      namePrefix: `keyroom-${config.name}-${roomName}`,
      encryptionKey: dataKey,
    });
    const metrics = new RoomMetrics(roomName);
    const thresholds = { ...DEFAULTS, ...room.alarms };
    addVolumeAlarms(onCall.alarms, metrics, thresholds);
    addSendAlarms(onCall.alarms, metrics, {
      ...thresholds,
      send,
      functions: [send, query, registration, ...(custody ? [custody.rotateKey] : [])],
    });
    if (custody) addKeyAlarms(onCall.alarms, metrics, { rotateKey: custody.rotateKey, rotateEvery });
    this.#outputs(door, ledger, onCall, custody);
  }

  #outputs(door: AppDoor, ledger: Ledger, onCall: OnCall, custody: KeyCustody | undefined): void {
    const pagesQueue = onCall.pages.queues[0];
    const outputs: Record<string, [value: string | undefined, description: string]> = {
      AppApiUrl: [door.url, 'Door of the apps; add /v1/messages'],
      LedgerTableName: [ledger.table.tableName, 'Table of what was asked and what became of it'],
      PagesQueueUrl: [pagesQueue?.queueUrl, 'Queue that keeps what was paged'],
      SendingSecretArn: [custody?.providerKey.sending.secretArn, 'Secret that sends at the provider'],
      ManagingSecretArn: [custody?.providerKey.managing.secretArn, 'Secret that manages keys at the provider'],
      InboxSecretArn: [custody?.inbox.secret.secretArn, 'Secret that takes in a credential'],
      RotateKeyFunctionName: [custody?.rotateKey.function.functionName, 'Function that imports, rotates and sweeps'],
      ImporterRoleArn: [custody?.importerRole?.roleArn, 'Role that may import a key'],
    };
    for (const [app, role] of door.createdRoles) {
      outputs[`AppRoleArn${names.pascalCase(app)}`] = [role.roleArn, `Role of the app ${app}`];
    }
    for (const [id, [value, description]] of Object.entries(outputs)) {
      if (value !== undefined) new CfnOutput(this, id, { value, description });
    }
  }
}
