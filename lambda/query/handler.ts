import type { APIGatewayProxyResult } from 'aws-lambda';

import { TELL_REQUEST_ID } from '../api/contract.ts';
import { callerOf, type DoorEvent, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError, type Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { ENV } from './contract.ts';
import { getMessage, type QueryPorts } from './get-message.ts';
import { getUsage, type UsagePorts } from './get-usage.ts';

export interface QueryDeps {
  readonly ledger: QueryPorts['ledger'] & UsagePorts['ledger'];
  readonly clock: Clock;
  readonly room: RoomPolicy;
  readonly log: Log;
}

/**
 * `GET /v1/messages/{id}` and `GET /v1/usage`: say where a message stands, and what the app may still send.
 *
 * Triggered by the app door, synchronously. It only reads, so a repeated request is harmless.
 *
 * 1. Identify the app by the identity that the gateway verified; refuse browsers.
 * 2. Look up and answer, with 404 for a message that is not the app's own.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => QueryDeps) =>
  guarded(async (event: DoorEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const { room, log, ...ports } = deps();
    const caller = callerOf(event, room);
    if (!caller.ok) return problemResponse(caller.problem, requestId);
    try {
      if (event.resource === USAGE) {
        const found = await getUsage({ ...ports, room }, caller.app);
        return found.ok ? jsonResponse(200, found.usage) : problemResponse(found.problem, requestId);
      }
      const result = await getMessage(ports, caller.app, event.pathParameters?.id ?? '');
      return result.ok ? jsonResponse(200, result.message) : problemResponse(result.problem, requestId);
    } catch (error: unknown) {
      log.error('query failed', { requestId, app: caller.app, ...describeError(error) });
      return problemResponse(problem('internal', { retry: 'after', fix: REPEAT }), requestId);
    }
  });

/** The gateway's own name of the path, whatever the caller wrote. */
const USAGE = '/v1/usage';

const REPEAT = `Repeat the request. ${TELL_REQUEST_ID}`;

const realDeps = (environment: Environment = process.env): (() => QueryDeps) => {
  let deps: QueryDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. */
export const createDeps = (environment: Environment, http: HttpCall, clock: Clock): QueryDeps => ({
  ledger: createDynamoDbLedger(
    createDynamoDb({ tableName: required(environment, ENV.ledgerTable), environment, http, clock }),
  ),
  clock,
  room: readRoomPolicy(environment),
  log: createLog('query'),
});

export const handler = createHandler(realDeps());
