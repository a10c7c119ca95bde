import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';

import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { ENV } from './contract.ts';
import { createQuarantine } from './incident-quarantine.ts';
import { look, type Looked } from './look.ts';
import type { WatchPorts } from './ports.ts';
import { createStanding, createWatchMemory } from './watch-table.ts';

/**
 * Holds what the apps send against what is usual at this hour of the week, what they may spend, and where they sent before.
 *
 * Triggered by a schedule, every minute. A repeated look within half a minute does nothing, and of two that overlap one
 * writes. A failed one is logged and thrown; the next one counts the minutes that were missed.
 *
 * @param ports made at the first look, so that importing this file reads no environment
 */
export const createHandler = (ports: () => WatchPorts) =>
  guarded(async (_event: unknown, { awsRequestId: requestId }: { awsRequestId: string }): Promise<Looked> => {
    const { log } = ports();
    try {
      const looked = await look(ports());
      log.info('usage watched', { requestId, state: looked });
      return looked;
    } catch (error: unknown) {
      log.error('usage not watched', { requestId, ...describeError(error) });
      throw error;
    }
  });

const realPorts = (environment: Environment = process.env): (() => WatchPorts) => {
  let ports: WatchPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** One try: the next look does the same. */
const STOPPING = { maxAttempts: 1, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } };

/** The ports over a given transport and clock. @param clients settings of the client that commands */
export const createPorts = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  clients: LambdaClientConfig = STOPPING,
): WatchPorts => {
  const incident = optional(environment, ENV.incidentFunction);
  const table = createDynamoDb({ environment, http, clock, tableName: required(environment, ENV.ledgerTable) });
  const room = readRoomPolicy(environment);
  return {
    room,
    clock,
    log: createLog('watch'),
    metrics: createMetrics({ room: required(environment, ENV.room), clock }),
    standing: createStanding(table, Object.keys(room.apps)),
    memory: createWatchMemory(table),
    ...(incident !== undefined && {
      quarantine: createQuarantine(new LambdaClient(clients), incident, {
        countries: optional(environment, ENV.freezeCountries) === 'true',
        apps: optional(environment, ENV.freezeApps) === 'true',
      }),
    }),
  };
};

export const handler = createHandler(realPorts());
