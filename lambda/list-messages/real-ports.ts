import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createKeyedHash } from '../shared/keyed-hash.ts';
import { createLog } from '../shared/log.ts';
import { createMessageList } from '../shared/message-list.ts';
import { readOnce } from '../shared/pepper.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { ENV } from './contract.ts';
import { createCursorSeal } from './cursor.ts';
import type { ListDeps } from './handler.ts';

/** A caller waits for four of them at most: within the function's 7 s all may be slow. */
const AWS_MS = 1500;

/** What the deployed function works with, made once, at the first call. */
export const realDeps = (environment: Environment = process.env): (() => ListDeps) => {
  let deps: ListDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. */
export const createDeps = (environment: Environment, http: HttpCall, clock: Clock): ListDeps => {
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  const pepper = createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) });
  return {
    room: readRoomPolicy(environment),
    messages: createMessageList(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) })),
    clock,
    hashes: readOnce(pepper, (value) => ({ ...createKeyedHash(value), ...createCursorSeal(value) })),
    log: createLog('list-messages'),
  };
};
