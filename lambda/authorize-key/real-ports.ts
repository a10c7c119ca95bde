import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createAppKeyLookup } from '../shared/dynamodb-app-keys.ts';
import { type Environment, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readPepperOnce } from '../shared/pepper.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { ENV } from './contract.ts';
import type { AuthorizeDeps } from './handler.ts';
import { createUseNotes } from './note-use.ts';

/** A caller waits for each of them: within the function's 5 s both may be slow once. */
const AWS_MS = 1500;

/** What the deployed function works with, made once, at the first call. */
export const realDeps = (environment: Environment = process.env): (() => AuthorizeDeps) => {
  let deps: AuthorizeDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. */
export const createDeps = (environment: Environment, http: HttpCall, clock: Clock): AuthorizeDeps => {
  const room = readRoomPolicy(environment);
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  const keys = createAppKeyLookup(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) }));
  const pepper = createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) });
  return {
    room,
    keys,
    clock,
    hashes: readPepperOnce(pepper),
    noteUse: createUseNotes(keys, clock),
    metrics: createMetrics({ room: room.room, clock }),
    log: createLog('authorize-key'),
  };
};
