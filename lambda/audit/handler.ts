import type { APIGatewayProxyResult } from 'aws-lambda';

import { type DoorEvent, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { createDynamoDb, type DynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError, type Log } from '../shared/log.ts';
import { operatorOf } from '../shared/operator-caller.ts';
import { problem } from '../shared/problem.ts';
import { ENV } from './contract.ts';
import { readPart } from './read-part.ts';
import { readAuditRequest } from './request.ts';

/** What answering the audit needs from the outside. */
export interface AuditDeps {
  readonly table: Pick<DynamoDb, 'getItem' | 'getItems' | 'queryIndex'>;
  readonly clock: Pick<Clock, 'now'>;
  /** `<account id>:<role name>` of those who may ask. */
  readonly askers: readonly string[];
  readonly log: Log;
}

/** What the gateway hands over, with the query. */
export type AuditEvent = DoorEvent & {
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
};

/**
 * `GET /v1/audit`: what happened in the room and around it, a part and a page at a time.
 *
 * Triggered by the operator door, synchronously. It only reads, so a repeated request is harmless; whoever asks is in the
 * door's access log.
 *
 * 1. Let in the roles that may command at this door; refuse browsers.
 * 2. Read one page, whatever the window: no number, no text and no key is in it.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => AuditDeps) =>
  guarded(async (event: AuditEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const { table, clock, askers, log } = deps();
    const caller = operatorOf(event, askers);
    if ('problem' in caller) return problemResponse(caller.problem, requestId);
    const request = readAuditRequest(event.queryStringParameters ?? {});
    if ('field' in request) {
      const { field, allowed } = request;
      return problemResponse(
        problem('invalid-request', { field, detail: 'it is missing or wrong', allowed }),
        requestId,
      );
    }
    try {
      return jsonResponse(200, await readPart(table, request, clock.now()));
    } catch (error: unknown) {
      log.error('audit failed', { requestId, step: request.part, ...describeError(error) });
      return problemResponse(problem('internal', { retry: 'after', fix: 'Repeat the request.' }), requestId);
    }
  });

const realDeps = (environment: Environment = process.env): (() => AuditDeps) => {
  let deps: AuditDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. */
export const createDeps = (environment: Environment, http: HttpCall, clock: Clock): AuditDeps => ({
  table: createDynamoDb({ environment, http, clock, tableName: required(environment, ENV.ledgerTable) }),
  clock,
  askers: required(environment, ENV.askers).split(','),
  log: createLog('audit'),
});

export const handler = createHandler(realDeps());
