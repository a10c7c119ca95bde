import { isAwsError } from '../shared/aws/aws-error.ts';
import { createAwsCall } from '../shared/aws/aws-call.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { decoyName, ENV, type ProbeEvent, type SecretUsers } from './contract.ts';
import type { WitnessPorts } from './ports.ts';
import type { WatchedEvent } from './trail-event.ts';
import { createWitnessBook } from './witness-book.ts';
import { probe, witness } from './witness.ts';

/**
 * Sees who touches the secrets, who changes the room and which alarms go off: keeps it, and tells what should not be.
 *
 * Triggered by rules of EventBridge, and by a schedule every hour. An event that comes twice is kept and counted once; a
 * late one counts when it comes. CloudTrail promises no time, so this is the last line and not the first.
 *
 * 1. Tell the schedule, a recorded call and an alarm apart.
 * 2. Tell the room's own calls from everybody else's; count, then keep.
 * 3. Every hour, touch the decoy: when that is not seen to come back, nothing else would be.
 *
 * @param ports made at the first event, so that importing this file reads no environment
 */
export const createHandler = (ports: () => WitnessPorts) =>
  guarded((event: WatchedEvent | ProbeEvent): Promise<void> =>
    'action' in event ? probe(ports()) : witness(ports(), event),
  );

const realPorts = (environment: Environment = process.env): (() => WitnessPorts) => {
  let ports: WitnessPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): WitnessPorts => {
  const aws = { environment, http, clock };
  const room = required(environment, ENV.room);
  const environmentName = required(environment, ENV.environment);
  const secrets = createAwsCall({
    ...aws,
    service: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
  });
  return {
    watched: {
      environment: environmentName,
      room,
      users: JSON.parse(required(environment, ENV.secretUsers)) as SecretUsers,
      endpointId: required(environment, ENV.endpointId),
      deploymentRoleArn: required(environment, ENV.deploymentRoleArn),
      ownRoleArn: required(environment, ENV.ownRoleArn),
    },
    book: createWitnessBook(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) })),
    tryDecoy: async () => {
      const asked = { SecretId: decoyName(environmentName, room), VersionStage: 'AWSCURRENT' };
      await secrets('GetSecretValue', asked).catch((error: unknown) => {
        if (!isAwsError(error, 'AccessDeniedException', 'AccessDenied')) throw error;
      });
    },
    metrics: createMetrics({ room, clock }),
    clock,
    log: createLog('witness'),
  };
};

export const handler = createHandler(realPorts());
