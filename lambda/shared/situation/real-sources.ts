import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';

import { readAppItems } from '../app-items.ts';
import { createCloudWatch } from '../aws/cloudwatch.ts';
import { createDynamoDb } from '../aws/dynamodb.ts';
import { createSecretLabels } from '../aws/secret-labels.ts';
import { readSubscriptions } from '../aws/sns-pager.ts';
import { createSqsDepth } from '../aws/sqs-depth.ts';
import type { Clock } from '../clock.ts';
import { type RoomPolicy, STANDBY_STAGE } from '../contract.ts';
import { createReconcileStore } from '../dynamodb-reconcile.ts';
import { drillIn, drillKey } from '../drill.ts';
import { type Environment, optional, required } from '../environment.ts';
import type { HttpCall } from '../http.ts';
import { roomStateKey } from '../room-state.ts';
import { CURRENT_STAGE, isEnding } from '../secret-versions.ts';
import { alarmPrefix, CHATS_ITEM, ENV } from './reader-contract.ts';
import { readCounts, readOldest } from './counts.ts';
import type { Sources } from './sources.ts';

/** What reading a room's situation needs. */
export interface SourcesOptions {
  readonly environment: Environment;
  readonly http: HttpCall;
  readonly clock: Clock;
  readonly policy: RoomPolicy;
  /** Settings of the client that asks SNS, over those of the function. */
  readonly clients?: SNSClientConfig;
}

/** As all other sources: one attempt. */
const ASKING = { maxAttempts: 1, requestHandler: { connectionTimeout: 1000, requestTimeout: 2500 } };

/** Each call gives up after so long: a partial answer now is worth more than a whole one later. */
const PATIENCE_MS = 2500;

/** {@link Sources} in AWS, each with one or two calls and none of them repeated. */
export const createSources = ({ environment, http, clock, policy, clients }: SourcesOptions): Sources => {
  const aws = { environment, http, clock, timeoutMs: PATIENCE_MS };
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) });
  const cloudWatch = createCloudWatch(aws);
  const depthOf = createSqsDepth(aws);
  const labelsOf = createSecretLabels(aws);
  const reconcileStore = createReconcileStore(table);
  const sns = new SNSClient({ ...ASKING, ...clients });
  const apps = Object.keys(policy.apps);
  const prefix = alarmPrefix(policy.environment, policy.room);
  const alike = list(environment, ENV.roomsAlike).map((room) => alarmPrefix(policy.environment, room));
  return {
    room: () => table.getItem(roomStateKey),
    apps: async () => {
      const items = await readAppItems(table, apps);
      return Object.fromEntries(apps.map((app) => [app, items.get(app)]));
    },
    counts: () => readCounts(cloudWatch, policy, clock.now()),
    alarms: async () => {
      const raised = await cloudWatch.raised(prefix);
      return raised.filter(({ name }) => !alike.some((other) => name.startsWith(other)));
    },
    reconcile: async () => (optional(environment, ENV.isCompared) === 'true' ? reconcileStore.read() : 'not-compared'),
    credentials: async () => {
      const sending = optional(environment, ENV.sendingSecretArn);
      const managing = optional(environment, ENV.managingSecretArn);
      if (sending === undefined || managing === undefined) return null;
      const [keys, makers] = await Promise.all([labelsOf(sending), labelsOf(managing)]);
      return {
        sending: {
          current: keys.find(({ stages }) => stages.includes(CURRENT_STAGE)) ?? null,
          draining: keys.filter(({ stages }) => isEnding(stages) && !stages.includes(CURRENT_STAGE)).length,
        },
        hasStandby: makers.some(({ stages }) => stages.includes(STANDBY_STAGE)),
      };
    },
    pager: async () => {
      const [{ confirmed, pending }, noted] = await Promise.all([
        readSubscriptions(sns, required(environment, ENV.pagesTopicArn)),
        table.getItem(CHATS_ITEM),
      ]);
      const own = Number(required(environment, ENV.ownSubscriptions));
      const chats = typeof noted?.pages === 'number' ? noted.pages : 0;
      return { confirmed: Math.max(0, confirmed - own), pending, chats };
    },
    drill: async () => {
      const record = drillIn(await table.getItem(drillKey));
      return record === undefined || record.at === null
        ? null
        : { at: record.at, ok: record.ok, seconds: record.seconds };
    },
    waiting: async () => {
      const queues = list(environment, ENV.queueUrls);
      const [oldestSeconds, deadMessages, deadEvents, ...queued] = await Promise.all([
        readOldest(cloudWatch, queues, clock.now()),
        depthOf(required(environment, ENV.deadMessagesUrl)),
        depthOf(required(environment, ENV.deadEventsUrl)),
        ...queues.map(depthOf),
      ]);
      return { queued: queued.reduce((sum, depth) => sum + depth, 0), oldestSeconds, deadMessages, deadEvents };
    },
  };
};

/** What the environment lists, separated by commas. */
export const list = (environment: Environment, name: string): readonly string[] =>
  (optional(environment, name) ?? '').split(',').filter((entry) => entry !== '');
