import type { DoorEvent } from '../../../lambda/shared/app-door.ts';
import { SMS } from './room.ts';

export const ARN = 'arn:aws:sts::111111111111:assumed-role/shop-sender/session-1';

/** A proxy event of the app door, as API Gateway makes it. */
export const doorEvent = (changes: Partial<DoorEvent> & { userArn?: string | null } = {}): DoorEvent => {
  const { userArn = ARN, ...rest } = changes;
  return {
    headers: { 'content-type': 'application/json', 'Idempotency-Key': 'key-1' },
    multiValueHeaders: {},
    body: JSON.stringify(SMS),
    isBase64Encoded: false,
    pathParameters: null,
    requestContext: { requestId: 'request-1', stage: 'live', identity: { userArn } },
    ...rest,
  };
};

/** Lambda's context at the start of an invocation. */
export const CONTEXT = { getRemainingTimeInMillis: () => 10_000 };

export const bodyOf = ({ body }: { body: string }): Record<string, unknown> =>
  JSON.parse(body) as Record<string, unknown>;
