import type { APIGatewayProxyResult } from 'aws-lambda';

import { TELL_REQUEST_ID } from '../api/contract.ts';
import { callerOf, type DoorEvent, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError, type Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { listMessages } from './list-messages.ts';
import type { ListPorts } from './ports.ts';
import { realDeps } from './real-ports.ts';

export type ListDeps = ListPorts & { readonly log: Log };

/** What the gateway hands over, with the query. */
export type ListEvent = DoorEvent & {
  readonly multiValueQueryStringParameters?: Readonly<Record<string, string[] | undefined>> | null;
};

/**
 * `GET /v1/messages`: lists an app's own messages by time, by its reference or by whom they went to.
 *
 * Triggered by a door, synchronously. It only reads, so a repeated request is harmless.
 *
 * 1. Identify the app by the identity that the gateway verified; refuse browsers.
 * 2. Look up and answer. A number that is asked for is in no log.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => ListDeps) =>
  guarded(async (event: ListEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const { log, ...ports } = deps();
    const caller = callerOf(event, ports.room);
    if (!caller.ok) return problemResponse(caller.problem, requestId);
    try {
      const result = await listMessages(ports, caller.app, event.multiValueQueryStringParameters ?? {});
      if (result.ok) return jsonResponse(200, result.page);
      const { cause } = result.problem;
      if (cause !== undefined) log.warn('list failed', { requestId, app: caller.app, reason: cause });
      return problemResponse(result.problem, requestId);
    } catch (error: unknown) {
      log.error('list failed', { requestId, app: caller.app, ...describeError(error) });
      return problemResponse(problem('internal', { retry: 'after', fix: REPEAT }), requestId);
    }
  });

const REPEAT = `Repeat the request. ${TELL_REQUEST_ID}`;

export const handler = createHandler(realDeps());
