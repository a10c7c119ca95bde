import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { DEFAULTS } from './config/defaults.ts';
import { lossBlock, lossBound } from './config/loss-bound.ts';
import * as names from './config/names.ts';
import { postureBlock, roomPosture } from './config/posture.ts';
import { quarantineOf } from './config/quarantine.ts';
import { dataRemovalPolicy } from './config/removal.ts';
import { AppRegistration } from './constructs/app-registration.ts';
import { DataKey } from './constructs/data-key.ts';
import { DoorFirewall } from './constructs/door-firewall.ts';
import { GuardedLogGroup } from './constructs/guarded-log-group.ts';
import { Ledger } from './constructs/ledger.ts';
import { ListMessagesFunction } from './constructs/list-messages-function.ts';
import { addLogAlarms } from './constructs/log-alarms.ts';
import { OnCall } from './constructs/on-call.ts';
import { Pepper } from './constructs/pepper.ts';
import { ProviderKey } from './constructs/provider-key.ts';
import { PublishEventsFunction } from './constructs/publish-events-function.ts';
import { QueryFunction } from './constructs/query-function.ts';
import { RETRY_TIMEOUT, RetryFunction } from './constructs/retry-function.ts';
import { RetryQueue } from './constructs/retry-queue.ts';
import { RoomMetrics } from './constructs/room-metrics.ts';
import { addSendAlarms } from './constructs/send-alarms.ts';
import { RoomDashboard } from './constructs/room-dashboard.ts';
import { SendFunction } from './constructs/send-function.ts';
import { SweepLedgerFunction } from './constructs/sweep-ledger-function.ts';
import { WatchFunction } from './constructs/watch-function.ts';
import { addTripwireAlarms } from './constructs/tripwire-alarms.ts';
import { Tripwires } from './constructs/tripwires.ts';
import { addVolumeAlarms } from './constructs/volume-alarms.ts';
import { openToRecipients, operate } from './room/admit-people.ts';
import { answerIncidents } from './room/answer-incidents.ts';
import { keepKey } from './room/keep-key.ts';
import { openDoors } from './room/open-doors.ts';
import { readSituation } from './room/read-situation.ts';
import { output, type RoomStackProps, sharedProps, throttling } from './room/shared.ts';
import { takeReceipts } from './room/take-receipts.ts';
import { tellPeople } from './room/tell-people.ts';

/** One provider credential, the only code that may use it, and the guards around both. */
export class RoomStack extends Stack {
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
    const shared = sharedProps(props, { dataKey, ledger });
    const onCall = new OnCall(this, 'OnCall', {
      ...room.onCall,
      namePrefix: `keyroom-${config.name}-${roomName}`,
      encryptionKey: dataKey,
    });
    const { alarms } = onCall;
    const metrics = new RoomMetrics(roomName);
    const watch = { alarms, metrics };
    // A sandbox has no credential, so nothing of what keeps one.
    const providerKey = room.provider === 'sandbox' ? undefined : new ProviderKey(this, 'ProviderKey', shared);
    const siblings = names.siblingRooms(config, roomName);
    const key = providerKey && keepKey(this, { ...shared, siblingRooms: siblings }, room, providerKey, watch);
    const pepper = new Pepper(this, 'Pepper', shared);
    const retryQueue = new RetryQueue(this, 'RetryQueue', { encryptionKey: dataKey, consumerTimeout: RETRY_TIMEOUT });
    const accessLog = new GuardedLogGroup(this, 'AccessLog', { encryptionKey: dataKey, removalPolicy });
    const firewall = new DoorFirewall(this, 'Firewall', shared);
    const guards = { ...throttling(room), accessLog, firewall };
    const receipts = room.receipts && takeReceipts(this, props, { ...shared, pepper }, guards, watch, key?.importer);
    const delivery = { ...shared, pepper, providerKey, retryQueue, receiptUrl: receipts?.receiptsUrl };
    const send = new SendFunction(this, 'Send', delivery);
    const retry = new RetryFunction(this, 'Retry', delivery);
    const sweep = new SweepLedgerFunction(this, 'SweepLedger', { ...shared, retryQueue, ...key });
    const list = new ListMessagesFunction(this, 'ListMessages', { ...shared, pepper });
    const query = new QueryFunction(this, 'Query', shared);
    const publishEvents = new PublishEventsFunction(this, 'PublishEvents', { ...shared, encryptionKey: dataKey });
    const registration = new AppRegistration(this, 'Apps', { ...shared, apps: Object.keys(room.apps) });
    const keyFunctions = openDoors(this, props, watch, {
      checking: { ...shared, pepper },
      registration,
      behind: { ...guards, send, list, query, callerNetworks: room.callerNetworks },
    });
    const stewardship = openToRecipients(this, { ...shared, pepper, inboundUrl: receipts?.inboundUrl }, room);
    const operatorFunctions = operate(this, { ...shared, retryQueue }, room);
    const situation = readSituation(props, {
      ...{ ledger, providerKey, publishEvents, retryQueue },
      pages: onCall.pages,
    });
    const braking = { ...shared, send, retry, providerKey, rotateKey: key?.rotateKey };
    const drilling = { onCall, metrics, encryptionKey: dataKey };
    const incident = answerIncidents(this, props, guards, { braking, situation, drilling });
    const texts = tellPeople(
      this,
      props,
      { ...shared, encryptionKey: dataKey, situation },
      { onCall, metrics, incident, ...key },
    );
    const watching = new WatchFunction(this, 'Watch', {
      ...shared,
      ...(incident && { quarantine: { ...quarantineOf(room), incident: incident.function } }),
    });
    const thresholds = { ...DEFAULTS, ...room.alarms };
    addVolumeAlarms(alarms, metrics, thresholds);
    addTripwireAlarms(alarms, metrics);
    const tripwires = new Tripwires(this, 'Tripwires', { watching: shared });
    addSendAlarms(alarms, metrics, { ...thresholds, send, retryQueue, publishEvents });
    const sending = [send, retry, sweep, publishEvents, registration, ...(key ? [key.rotateKey] : [])];
    addLogAlarms(alarms, {
      ForbiddenInLogs: [...sending, ...(stewardship ? [stewardship.function] : []), ...operatorFunctions],
      ForbiddenInDoorLogs: [accessLog, firewall, list, query, ...keyFunctions, ...(receipts?.functions ?? [])],
      ForbiddenInWatchLogs: [
        ...[watching, tripwires.function, texts.function],
        ...(key?.watching ?? []),
        ...(incident?.functions ?? []),
      ],
    });
    // After every alarm, as it shows them all.
    new RoomDashboard(this, 'Dashboard', {
      ...{ ...thresholds, alarms: alarms.all, metrics, retryQueue, publishEvents },
      dashboardName: names.dashboardName(config.name, roomName),
      statusCommand: `npm run keyroom -- status ${roomName} -e ${config.name}`,
    });
    output(this, 'LedgerTableName', ledger.table.tableName, 'Table of what was asked and what became of it');
    const [pagesQueue] = onCall.pages.queues;
    if (pagesQueue) output(this, 'PagesQueueUrl', pagesQueue.queueUrl, 'Queue that keeps what was paged');
    // Only what it needs itself comes before it: a frozen room is not deployed at all.
    const first: readonly IConstruct[] = [dataKey, ledger, registration];
    registration.goBefore(this.node.children.filter((child) => !first.includes(child)));
  }
}
