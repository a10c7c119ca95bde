import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

import { headerOf, isFromBrowser } from '../shared/app-door.ts';
import { appKeyIn } from '../shared/app-key.ts';
import { keyIdOf } from '../shared/app-key-ledger.ts';
import { METRICS } from '../shared/contract.ts';
import { KeyroomError } from '../shared/errors.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError, type Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { type Authorization, authorize, type AuthorizePorts, type KeyRefusal } from './authorize.ts';
import { realDeps } from './real-ports.ts';

/** What the gateway hands over, as far as it is looked at. */
export type KeyDoorEvent = Pick<APIGatewayRequestAuthorizerEvent, 'methodArn' | 'resource' | 'httpMethod'> &
  Parameters<typeof headerOf>[0] & {
    readonly requestContext: {
      readonly requestId: string;
      readonly identity: Pick<APIGatewayRequestAuthorizerEvent['requestContext']['identity'], 'sourceIp'>;
    };
  };

export interface AuthorizeDeps extends AuthorizePorts {
  readonly noteUse: (hash: string) => void;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Fails the invocation, so no alarm may count this function's errors. */
class NotAuthorizedError extends KeyroomError {
  override readonly name = 'NotAuthorizedError';
  readonly code = 'not-authorized';
  readonly retryable = false;

  constructor() {
    // The one message that the gateway answers with 401.
    super('Unauthorized');
  }
}

/** The gateway answers it with 500. */
class NotCheckedError extends KeyroomError {
  override readonly name = 'NotCheckedError';
  readonly code = 'not-checked';
  readonly retryable = true;
}

/** Sentences that a caller reads: they stand in the gateway's JSON, so they hold no quotation mark. */
const DETAILS: Readonly<Record<KeyRefusal, string>> = {
  revoked: 'It was revoked.',
  expired: 'It has expired.',
  'app-without-keys': 'Its app has no keys any more.',
  browser: 'It came from a browser: a key in a frontend is public, and has to be replaced.',
  network: 'It may not be used from this network.',
  scope: 'It lacks the scope for this request.',
};

/**
 * Authorizer of the key door: says which app a request comes from, and whether its key may do this.
 *
 * Triggered by API Gateway, synchronously, once a request: the answer is never kept, so a key that is revoked is dead at
 * the next request. It changes nothing but the note of the last use.
 *
 * 1. Refuse what cannot be a key, without asking anybody.
 * 2. Check the key, the network and the scope.
 * 3. Answer with a policy for exactly this method. A key from a browser is told to people, too.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => AuthorizeDeps) =>
  guarded(async (event: KeyDoorEvent): Promise<APIGatewayAuthorizerResult> => {
    const { requestId, identity } = event.requestContext;
    const { noteUse, metrics, log, ...ports } = deps();
    const key = keyIn(event, ports);
    if (key === undefined) throw new NotAuthorizedError();
    const request = {
      key,
      operation: `${event.httpMethod} ${event.resource}`,
      address: identity.sourceIp,
      fromBrowser: isFromBrowser(event),
    };
    const result = await authorize(ports, request).catch((error: unknown): Authorization => {
      log.error('key not checked', { requestId, ...describeError(error) });
      return { kind: 'unavailable' };
    });
    if (result.kind === 'unavailable') throw new NotCheckedError('the key cannot be checked now');
    if (result.kind === 'unknown') {
      log.warn('app key refused', { requestId, reason: 'unknown' });
      throw new NotAuthorizedError();
    }
    const { app } = result.record;
    const appKeyId = keyIdOf(result.record);
    if (result.kind === 'allowed') {
      noteUse(result.record.hash);
      return answer(event, 'Allow', app, { app, appKeyId });
    }
    const { reason } = result;
    log.warn('app key refused', { requestId, app, appKeyId, reason });
    if (reason === 'browser') metrics.emit({ [METRICS.names.browserWithKey]: 1 });
    return answer(event, 'Deny', app, { appKeyId, detail: DETAILS[reason] });
  });

/** Every key of a room is of one kind. */
const keyIn = (event: KeyDoorEvent, { room }: AuthorizePorts) => {
  const kind = Object.values(room.apps).find(({ keys }) => keys)?.keys?.kind;
  return kind && appKeyIn(headerOf(event, 'authorization'), kind);
};

const answer = (
  { methodArn }: KeyDoorEvent,
  Effect: 'Allow' | 'Deny',
  principalId: string,
  context: Readonly<Record<string, string>>,
): APIGatewayAuthorizerResult => ({
  principalId,
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }] },
  context: { ...context },
});

export const handler = createHandler(realDeps());
