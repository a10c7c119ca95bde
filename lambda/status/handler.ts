import type { SNSClientConfig } from '@aws-sdk/client-sns';
import type { APIGatewayProxyResult } from 'aws-lambda';

import { type DoorEvent, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError, type Log } from '../shared/log.ts';
import { operatorOf } from '../shared/operator-caller.ts';
import { problem } from '../shared/problem.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { createLook } from '../shared/situation/look.ts';
import type { Situation } from '../shared/situation/contract.ts';
import { ENV } from './contract.ts';

/** What saying where a room stands needs from the outside. */
export interface StatusDeps {
  readonly look: () => Promise<Situation>;
  /** `<account id>:<role name>` of those who may ask. */
  readonly askers: readonly string[];
  readonly log: Log;
}

/**
 * `GET /v1/status`: says where the room stands, for whoever is on call.
 *
 * Triggered by the operator door, synchronously. It only reads, so a repeated request is harmless.
 *
 * 1. Let in the roles that may command at this door; refuse browsers.
 * 2. Ask every source at once, each for some seconds; what does not answer is said to be not known.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => StatusDeps) =>
  guarded(async (event: DoorEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const { look, askers, log } = deps();
    const caller = operatorOf(event, askers);
    if ('problem' in caller) return problemResponse(caller.problem, requestId);
    try {
      return jsonResponse(200, await look());
    } catch (error: unknown) {
      log.error('status failed', { requestId, ...describeError(error) });
      return problemResponse(problem('internal', { retry: 'after', fix: REPEAT }), requestId);
    }
  });

const REPEAT = 'Repeat the request; the dashboard of the room shows the same figures.';

const realDeps = (environment: Environment = process.env): (() => StatusDeps) => {
  let deps: StatusDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. @param clients settings of the client that asks SNS */
export const createDeps = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  clients: SNSClientConfig = {},
): StatusDeps => {
  const log = createLog('status');
  return {
    look: createLook({ environment, http, clock, log, clients, policy: readRoomPolicy(environment) }),
    askers: required(environment, ENV.askers).split(','),
    log,
  };
};

export const handler = createHandler(realDeps());
