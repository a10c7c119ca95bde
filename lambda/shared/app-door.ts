import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

import type { RoomPolicy } from './contract.ts';
import { problem, type Problem } from './problem.ts';

/** What the app door hands to a function: the part of the proxy event that is looked at. */
export type DoorEvent = Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders' | 'body' | 'isBase64Encoded'> & {
  readonly pathParameters: APIGatewayProxyEvent['pathParameters'];
  readonly resource?: APIGatewayProxyEvent['resource'];
  readonly requestContext: {
    readonly requestId: string;
    readonly identity: Pick<APIGatewayProxyEvent['requestContext']['identity'], 'userArn'>;
  };
};

/** A header's first value, whatever the case of its name and whichever of the two maps it came in. */
export const headerOf = (event: DoorEvent, name: string): string | undefined => {
  const isIt = ([key]: [string, unknown]): boolean => key.toLowerCase() === name;
  const single = Object.entries((event.headers as DoorEvent['headers'] | null) ?? {}).find(isIt)?.[1];
  const multiple = Object.entries((event.multiValueHeaders as DoorEvent['multiValueHeaders'] | null) ?? {});
  return single ?? multiple.find(isIt)?.[1]?.[0];
};

/**
 * Headers that a browser adds by itself and no script can take away (Fetch standard, forbidden request headers).
 *
 * Not `sec-fetch-mode`: the `fetch` of Node adds that one, too, and a backend must not be taken for a browser.
 */
const BROWSER_HEADERS = ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];

/** `arn:<partition>:sts::<account>:assumed-role/<role>/<session>` */
const SESSION_ARN = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/;

/** The app behind a request, by the identity that API Gateway verified; otherwise why there is none. */
export const callerOf = (
  event: DoorEvent,
  policy: RoomPolicy,
): { readonly ok: true; readonly app: string } | { readonly ok: false; readonly problem: Problem } => {
  if (BROWSER_HEADERS.some((name) => headerOf(event, name) !== undefined)) {
    return { ok: false, problem: problem('browser-caller') };
  }
  const [, account, role] = SESSION_ARN.exec(event.requestContext.identity.userArn ?? '') ?? [];
  const principal = `${account ?? ''}:${role ?? ''}`;
  const app = Object.entries(policy.apps).find(([, granted]) => granted.principal === principal)?.[0];
  if (account === undefined || app === undefined) return { ok: false, problem: problem('not-authorized') };
  return { ok: true, app };
};

/** No answer of a door may be stored by anything in between. */
const NOT_STORED = { 'Cache-Control': 'no-store' };

export const jsonResponse = (
  statusCode: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'Content-Type': 'application/json', ...NOT_STORED, ...headers },
  body: JSON.stringify(body),
});

export const problemResponse = (
  reason: Problem,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => ({
  statusCode: reason.document.status,
  headers: {
    'Content-Type': 'application/problem+json',
    ...NOT_STORED,
    ...headers,
    ...(reason.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(reason.retryAfterSeconds) }),
  },
  body: JSON.stringify({ ...reason.document, requestId }),
});
