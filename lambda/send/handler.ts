import type { APIGatewayProxyResult } from 'aws-lambda';

import { callerOf, type DoorEvent, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { METRICS } from '../shared/contract.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { problem, type Problem } from '../shared/problem.ts';
import { rateLimitHeaders } from '../shared/rate-limit-headers.ts';
import { readDoorRequest } from './door-request.ts';
import type { RequestResult, SendPorts } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { refuse } from './refuse.ts';
import { sendMessage } from './send-message.ts';

/** The part of Lambda's context that is used. */
interface Time {
  getRemainingTimeInMillis(): number;
}

/** Kept back from Lambda's timeout, so that the answer leaves before the environment is killed. */
const ANSWER_MS = 500;

/** Anything may have happened before the failure, and the same key never sends twice. */
const INTERNAL: Problem = problem('internal', { sent: true });

/**
 * `POST /v1/messages`: takes one message to the provider for an app that never holds the key.
 *
 * Triggered by the app door, synchronously. A repeated or late request is harmless: the ledger knows its key.
 *
 * 1. Identify the app by the identity that the gateway verified; refuse browsers.
 * 2. Read the request off the wire.
 * 3. Run the use case, within the time that Lambda leaves.
 * 4. Turn its result into HTTP. What nobody expected becomes one fixed sentence and the request id.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => SendPorts) =>
  guarded(async (event: DoorEvent, context: Time): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const { clock, room, log, metrics } = ports();
    const deadline = clock.monotonic() + context.getRemainingTimeInMillis() - ANSWER_MS;
    const caller = callerOf(event, room);
    if (!caller.ok) return respond(refuse({ metrics, log }, caller.problem, { requestId }), requestId);
    const request = readDoorRequest(event);
    if (!request.ok) return respond(refuse({ metrics, log }, request.problem, { requestId }), requestId);
    try {
      const result = await sendMessage(ports(), { ...request, app: caller.app, requestId, deadline });
      return respond(result, requestId, rateLimitHeaders('units' in result ? result.units : undefined, clock.now()));
    } catch (error: unknown) {
      log.error('request failed', { requestId, app: caller.app, ...describeError(error) });
      metrics.emit({ [METRICS.names.unknown]: 1 });
      return problemResponse(INTERNAL, requestId);
    }
  });

const respond = (
  result: RequestResult,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => {
  if (result.kind === 'problem') return problemResponse(result.problem, requestId, headers);
  if (result.kind === 'dry-run') return jsonResponse(200, result.report);
  return result.replayed
    ? jsonResponse(200, result.message, { ...headers, 'Idempotent-Replayed': 'true' })
    : jsonResponse(202, result.message, headers);
};

export const handler = createHandler(realPorts());
