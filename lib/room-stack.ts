import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { DEFAULTS } from './config/defaults.ts';
import type { EnvironmentConfig, RoomConfig } from './config/environment.ts';
import * as names from './config/names.ts';
import { rotationPeriod, swapPeriod, timeScales } from './config/periods.ts';
import { lossBlock, lossBound } from './config/loss-bound.ts';
import { postureBlock, roomPosture } from './config/posture.ts';
import { dataRemovalPolicy } from './config/removal.ts';
import { roomPolicy } from './config/room-policy.ts';
import { AppDoor } from './constructs/app-door.ts';
import { AppKeys, type AppKeysProps } from './constructs/app-keys.ts';
import { AppRegistration } from './constructs/app-registration.ts';
import { DataKey } from './constructs/data-key.ts';
import { DataStewardship, type DataStewardshipProps } from './constructs/data-stewardship.ts';
import { DoorFirewall } from './constructs/door-firewall.ts';
import type { IEgress } from './constructs/egress.ts';
import { GuardedLogGroup } from './constructs/guarded-log-group.ts';
import { addKeyAlarms } from './constructs/key-alarms.ts';
import { IncidentResponse, type IncidentResponseProps } from './constructs/incident-response.ts';
import { KeyInbox } from './constructs/key-inbox.ts';
import { Ledger } from './constructs/ledger.ts';
import { ListMessagesFunction } from './constructs/list-messages-function.ts';
import { NamedRole } from './constructs/named-role.ts';
import { OnCall } from './constructs/on-call.ts';
import { Operation } from './constructs/operation.ts';
import { Pepper } from './constructs/pepper.ts';
import { PublishEventsFunction } from './constructs/publish-events-function.ts';
import { ProviderKey } from './constructs/provider-key.ts';
import { QueryFunction } from './constructs/query-function.ts';
import { ReadRecordsFunction } from './constructs/read-records-function.ts';
import { Receipts } from './constructs/receipts.ts';
import { RETRY_TIMEOUT, RetryFunction } from './constructs/retry-function.ts';
import { RetryQueue } from './constructs/retry-queue.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import { RoomMetrics } from './constructs/room-metrics.ts';
import { addReconcileAlarms } from './constructs/reconcile-alarms.ts';
import { ReconcileFunction } from './constructs/reconcile-function.ts';
import { RotateKeyFunction } from './constructs/rotate-key-function.ts';
import { RotationSchedule } from './constructs/rotation-schedule.ts';
import { addSendAlarms } from './constructs/send-alarms.ts';
import { SendFunction } from './constructs/send-function.ts';
import { SweepLedgerFunction } from './constructs/sweep-ledger-function.ts';
import { addVolumeAlarms } from './constructs/volume-alarms.ts';

/** A room, its place in the configuration, and its way out. */
export interface RoomStackProps extends StackProps {
  /** The validated environment. */
  readonly config: EnvironmentConfig;
  /** Name of the room in the configuration. */
  readonly roomName: string;
  /** The room in the configuration. */
  readonly room: RoomConfig;
  /** The environment's way out. */
  readonly egress: IEgress;
}

/** What the parts of a room have in common. */
const sharedProps = ({ config, roomName, room, egress }: RoomStackProps, dataKey: DataKey, ledger: Ledger) => ({
  environmentName: config.name,
  roomName,
  policy: roomPolicy(config, roomName, room),
  egress,
  alsoAllowedAddresses: config.egress?.alsoAllowed ?? [],
  secretsManagerEndpointId: egress.secretsManagerEndpointId,
  ledger,
  logKey: dataKey,
  removalPolicy: dataRemovalPolicy(config),
  providerBaseUrl: config.local?.providerBaseUrls?.[room.provider],
  ...timeScales(config),
  ...names.keepers(config),
});

type SharedProps = ReturnType<typeof sharedProps>;

/** Twilio says queued, sent and delivered; a receipt that is throttled comes again, or the room asks. */
const RECEIPTS_PER_MESSAGE = 3;

/** How many may come in at a door at once. */
const throttling = ({ throttlingRatePerSecond, throttlingBurst }: RoomConfig) => ({
  throttlingRatePerSecond: throttlingRatePerSecond ?? DEFAULTS.throttlingRatePerSecond,
  throttlingBurst: throttlingBurst ?? DEFAULTS.throttlingBurst,
});

/** What stands before every door. */
type Guards = ReturnType<typeof throttling> & Pick<AppKeysProps['door'], 'accessLog' | 'firewall'>;

/** What the doors of a room lead to. */
interface BehindDoors {
  readonly checking: AppKeysProps['checking'];
  readonly registration: AppRegistration;
  readonly behind: Omit<AppKeysProps['door'], 'apiName'>;
}

/** One provider credential, the only code that may use it, and the guards around both. */
export class RoomStack extends Stack {
  /** Who puts credentials in, where somebody may. */
  private importer: NamedRole | undefined;

  constructor(scope: Construct, id: string, props: RoomStackProps) {
    const { config, roomName, room } = props;
    super(scope, id, { ...props, description: `Keyroom ${config.name}: the room ${roomName}` });
    Annotations.of(this).addInfoV2('keyroom:posture', postureBlock(roomPosture(config, roomName, room), config.name));
    Annotations.of(this).addInfoV2('keyroom:loss-bound', lossBlock(lossBound(config, roomName, room)));
    const removalPolicy = dataRemovalPolicy(config);
    const dataKey = new DataKey(this, 'DataKey', { removalPolicy });
    const ledger = new Ledger(this, 'Ledger', {
      encryptionKey: dataKey,
      kept: config.production ?? false,
    });
    const shared = sharedProps(props, dataKey, ledger);
    const onCall = new OnCall(this, 'OnCall', {
      ...room.onCall,
      namePrefix: `keyroom-${config.name}-${roomName}`,
      encryptionKey: dataKey,
    });
    const metrics = new RoomMetrics(roomName);
    // A sandbox has no credential, so nothing of what keeps one.
    const providerKey = room.provider === 'sandbox' ? undefined : new ProviderKey(this, 'ProviderKey', shared);
    const siblings = names.siblingRooms(config, roomName);
    const key = providerKey && this.keepKey({ ...shared, siblingRooms: siblings }, room, providerKey, onCall, metrics);
    const pepper = new Pepper(this, 'Pepper', shared);
    const retryQueue = new RetryQueue(this, 'RetryQueue', { encryptionKey: dataKey, consumerTimeout: RETRY_TIMEOUT });
    const accessLog = new GuardedLogGroup(this, 'AccessLog', { encryptionKey: dataKey, removalPolicy });
    const firewall = new DoorFirewall(this, 'Firewall', shared);
    const guards = { ...throttling(room), accessLog, firewall };
    const receipts = room.receipts && this.takeReceipts(props, { ...shared, pepper }, guards, onCall, metrics);
    const delivery = { ...shared, pepper, providerKey, retryQueue, receiptUrl: receipts?.receiptsUrl };
    const send = new SendFunction(this, 'Send', delivery);
    const retry = new RetryFunction(this, 'Retry', delivery);
    const sweep = new SweepLedgerFunction(this, 'SweepLedger', { ...shared, retryQueue, ...key });
    const list = new ListMessagesFunction(this, 'ListMessages', { ...shared, pepper });
    const query = new QueryFunction(this, 'Query', shared);
    const publishEvents = new PublishEventsFunction(this, 'PublishEvents', { ...shared, encryptionKey: dataKey });
    const registration = new AppRegistration(this, 'Apps', { ...shared, apps: Object.keys(room.apps) });
    const keyFunctions = this.openDoors(props, onCall, metrics, {
      checking: { ...shared, pepper },
      registration,
      behind: { ...guards, send, list, query, callerNetworks: room.callerNetworks },
    });
    const stewardship = this.openToRecipients({ ...shared, pepper, inboundUrl: receipts?.inboundUrl }, room);
    const operatorFunctions = this.operate({ ...shared, retryQueue }, room);
    const incident = this.answerIncidents(props, guards, {
      ...shared,
      send,
      retry,
      providerKey,
      rotateKey: key?.rotateKey,
    });
    const thresholds = { ...DEFAULTS, ...room.alarms };
    addVolumeAlarms(onCall.alarms, metrics, thresholds);
    const functions = [
      ...[send, retry, sweep, publishEvents, registration],
      ...(key?.functions ?? []),
      ...(stewardship ? [stewardship.function] : []),
      ...operatorFunctions,
    ];
    const doorFunctions = [
      list,
      query,
      ...keyFunctions,
      ...(receipts?.functions ?? []),
      ...(incident ? [incident.function] : []),
    ];
    addSendAlarms(onCall.alarms, metrics, {
      ...thresholds,
      send,
      retryQueue,
      publishEvents,
      forbiddenInLogs: functions.map((fn) => fn.metricForbiddenInLog()),
      forbiddenInDoorLogs: [
        accessLog.metricFindings(),
        firewall.metricForbiddenInLog(),
        ...doorFunctions.map((fn) => fn.metricForbiddenInLog()),
      ],
    });
    this.output('LedgerTableName', ledger.table.tableName, 'Table of what was asked and what became of it');
    const [pagesQueue] = onCall.pages.queues;
    if (pagesQueue) this.output('PagesQueueUrl', pagesQueue.queueUrl, 'Queue that keeps what was paged');
    // Only what it needs itself comes before it: a frozen room is not deployed at all.
    const first: readonly IConstruct[] = [dataKey, ledger, registration];
    registration.goBefore(this.node.children.filter((child) => !first.includes(child)));
  }

  /**
   * The doors that the apps need: one for those that sign, one for those that come with a key.
   *
   * @returns the functions that only the second one needs
   */
  private openDoors(
    { config, roomName, room }: RoomStackProps,
    { alarms }: OnCall,
    metrics: RoomMetrics,
    { checking, registration, behind }: BehindDoors,
  ): readonly RoomFunction[] {
    const apiName = `keyroom-${config.name}-${roomName}`;
    const apps = names.appIdentities(config.name, roomName, room.apps);
    if (Object.keys(apps).length > 0) {
      const door = new AppDoor(this, 'AppDoor', { ...behind, apiName, apps });
      // A message is admitted only where its app is registered.
      door.node.addDependency(registration);
      this.output('AppApiUrl', door.url, 'Door of the apps on AWS; add /v1/messages');
      for (const [app, role] of door.createdRoles) {
        this.output(`AppRoleArn${names.pascalCase(app)}`, role.roleArn, `Role of the app ${app}`);
      }
    }
    if (!names.hasKeys(room)) return [];
    const appKeys = new AppKeys(this, 'AppKeys', {
      checking,
      door: { ...behind, apiName: `${apiName}-keys` },
      issuerRoleName: names.issuerRoleName(config.name, roomName),
      issuers: room.keyIssuers ?? [],
      alarms,
      metrics,
    });
    appKeys.node.addDependency(registration);
    this.output('KeyApiUrl', appKeys.url, 'Door of the apps outside AWS; add /v1/messages');
    if (appKeys.issuer) this.output('IssuerRoleArn', appKeys.issuer.roleArn, 'Role that may issue app keys');
    return appKeys.functions;
  }

  /** The door for whoever is on call, where the configuration names somebody. */
  private answerIncidents(
    { config, roomName, room }: RoomStackProps,
    guards: Guards,
    braking: IncidentResponseProps['braking'],
  ): IncidentResponse | undefined {
    if (!room.responders?.length) return undefined;
    const incident = new IncidentResponse(this, 'Incident', {
      braking,
      door: { ...guards, apiName: `keyroom-${config.name}-${roomName}-on-call` },
      onCall: { roleName: names.onCallRoleName(config.name, roomName), trustedPrincipals: room.responders },
      ...(room.unfreezeApprovers?.length && {
        approver: {
          roleName: names.approverRoleName(config.name, roomName),
          trustedPrincipals: room.unfreezeApprovers,
        },
      }),
    });
    this.output('OperatorApiUrl', incident.url, 'Door of whoever is on call; add /v1/jobs');
    this.output('OnCallRoleArn', incident.onCall.roleArn, 'Role of whoever is on call');
    return incident;
  }

  /** Where the provider says what became of messages. */
  private takeReceipts(
    { config, roomName, room }: RoomStackProps,
    shared: SharedProps & { readonly pepper: Pepper },
    { throttlingRatePerSecond, throttlingBurst, ...guards }: Guards,
    { alarms }: OnCall,
    metrics: RoomMetrics,
  ): Receipts {
    const receipts = new Receipts(this, 'Receipts', {
      taking: shared,
      signed: room.receipts === 'signed',
      ...(room.inbound && { inbound: { inbound: room.inbound, pepper: shared.pepper } }),
      door: {
        ...guards,
        apiName: `keyroom-${config.name}-${roomName}-receipts`,
        throttlingRatePerSecond: RECEIPTS_PER_MESSAGE * throttlingRatePerSecond,
        throttlingBurst: RECEIPTS_PER_MESSAGE * throttlingBurst,
      },
      alarms,
      metrics,
    });
    if (this.importer) receipts.key?.grantImport(this.importer);
    this.output('ReceiptApiUrl', receipts.url, 'Door of the receipts; each message has a path of its own below it');
    return receipts;
  }

  /** What recipients may ask for, where somebody is named who answers them. */
  private openToRecipients(
    props: DataStewardshipProps['recipients'],
    { dataStewards = [] }: RoomConfig,
  ): DataStewardship | undefined {
    if (dataStewards.length === 0) return undefined;
    const stewardship = new DataStewardship(this, 'DataStewardship', {
      recipients: props,
      stewardRoleName: names.stewardRoleName(props.environmentName, props.roomName),
      stewards: dataStewards,
    });
    this.output('StewardRoleArn', stewardship.steward.roleArn, 'Role that enters opt-outs and erases data of a person');
    return stewardship;
  }

  /** What operators do, where somebody is named who may. */
  private operate(
    props: SharedProps & { readonly retryQueue: RetryQueue },
    { operators = [] }: RoomConfig,
  ): readonly RoomFunction[] {
    if (operators.length === 0) return [];
    const operatorRoleName = names.operatorRoleName(props.environmentName, props.roomName);
    const operation = new Operation(this, 'Operation', { redriving: props, operatorRoleName, operators });
    this.output('OperatorRoleArn', operation.operator.roleArn, 'Role that may redrive what was set aside');
    return operation.functions;
  }

  /**
   * How the credential gets in, how it is replaced, whether anybody else uses it, who may ask for that, and who is told
   * when it fails.
   */
  private keepKey(
    shared: SharedProps & { readonly siblingRooms: readonly string[] },
    room: RoomConfig,
    providerKey: ProviderKey,
    { alarms }: OnCall,
    metrics: RoomMetrics,
  ): {
    readonly rotateKey: RotateKeyFunction;
    readonly readRecords: ReadRecordsFunction;
    readonly functions: readonly RoomFunction[];
  } {
    const { environmentName, roomName } = shared;
    const rotateEvery = rotationPeriod(room);
    const inbox = new KeyInbox(this, 'Inbox', shared);
    const rotateKey = new RotateKeyFunction(this, 'RotateKey', {
      ...shared,
      providerName: room.provider,
      providerKey,
      inbox,
      channels: [...new Set(Object.values(room.apps).flatMap(({ channels }) => channels))],
      rotateEvery,
    });
    new RotationSchedule(this, 'Rotation', { secret: providerKey.sending, rotator: rotateKey, every: rotateEvery });
    addKeyAlarms(alarms, metrics, { rotateKey, rotateEvery, swapEvery: swapPeriod(room) });
    const providerName = room.provider;
    const readRecords = new ReadRecordsFunction(this, 'ReadRecords', { ...shared, providerName, providerKey });
    const reconcile =
      room.account === 'shared'
        ? undefined
        : new ReconcileFunction(this, 'Reconcile', { ...shared, providerName, readRecords });
    if (reconcile) addReconcileAlarms(alarms, metrics, shared.policy);
    if (room.keyImporters?.length) {
      const importer = new NamedRole(this, 'Importer', {
        roleName: names.importerRoleName(environmentName, roomName),
        description: `Keyroom: puts a key into the room ${roomName} and reads nothing`,
        trustedPrincipals: room.keyImporters,
      });
      this.importer = importer;
      inbox.grantImport(importer);
      rotateKey.grantCommand(importer);
      reconcile?.grantCommand(importer);
      this.output('ImporterRoleArn', importer.roleArn, 'Role that may import a key');
    }
    this.output('SendingSecretArn', providerKey.sending.secretArn, 'Secret that sends at the provider');
    this.output('ManagingSecretArn', providerKey.managing.secretArn, 'Secret that manages keys at the provider');
    this.output('InboxSecretArn', inbox.secret.secretArn, 'Secret that takes in a credential');
    this.output('RotateKeyFunctionName', rotateKey.function.functionName, 'Function that imports, rotates and sweeps');
    return { rotateKey, readRecords, functions: [rotateKey, readRecords, ...(reconcile ? [reconcile] : [])] };
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
