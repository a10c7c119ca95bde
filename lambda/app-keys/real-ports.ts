import { newAppKey } from '../shared/app-key.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createAppKeyLedger } from '../shared/dynamodb-app-keys.ts';
import { type Environment, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readPepperOnce } from '../shared/pepper.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { ENV } from './contract.ts';
import type { AppKeyPorts } from './ports.ts';

/** Nobody's message waits for these. */
const AWS_MS = 5000;

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => AppKeyPorts) => {
  let ports: AppKeyPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): AppKeyPorts => {
  const room = readRoomPolicy(environment);
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  return {
    room,
    ledger: createAppKeyLedger(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) })),
    clock,
    hashes: readPepperOnce(createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) })),
    newKey: newAppKey,
    metrics: createMetrics({ room: room.room, clock }),
    log: createLog('app-keys'),
  };
};
