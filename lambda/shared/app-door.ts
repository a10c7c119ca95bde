import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

import { type RoomPolicy, STAGES } from './contract.ts';
import { problem, type Problem } from './problem.ts';

/** What a door hands to a function: the part of the proxy event that is looked at. */
export type DoorEvent = Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders' | 'body' | 'isBase64Encoded'> & {
  readonly pathParameters: APIGatewayProxyEvent['pathParameters'];
  readonly resource?: APIGatewayProxyEvent['resource'];
  readonly requestContext: {
    readonly requestId: string;
    readonly stage: string;
    /** What the authorizer of the key door found out. */
    readonly authorizer?: Readonly<Record<string, unknown>> | null | undefined;
    readonly identity: Pick<APIGatewayProxyEvent['requestContext']['identity'], 'userArn'> & {
      readonly sourceIp?: string;
    };
  };
};

type Headers = Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>;

/** A header's first value, whatever the case of its name and whichever of the two maps it came in. */
export const headerOf = (event: Headers, name: string): string | undefined => {
  const isIt = ([key]: [string, unknown]): boolean => key.toLowerCase() === name;
  const single = Object.entries((event.headers as Headers['headers'] | null) ?? {}).find(isIt)?.[1];
  const multiple = Object.entries((event.multiValueHeaders as Headers['multiValueHeaders'] | null) ?? {});
  return single ?? multiple.find(isIt)?.[1]?.[0];
};

/**
 * Headers that a browser adds by itself and no script can take away (Fetch standard, forbidden request headers).
 *
 * Not `sec-fetch-mode`: the `fetch` of Node adds that one, too, and a backend must not be taken for a browser.
 */
const BROWSER_HEADERS = ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];

export const isFromBrowser = (event: Headers): boolean =>
  BROWSER_HEADERS.some((name) => headerOf(event, name) !== undefined);

/** `arn:<partition>:sts::<account>:assumed-role/<role>/<session>` */
const SESSION_ARN = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/;

/** The role (`<account id>:<role name>`) and the session behind a signature; `undefined` where no role signed. */
export const sessionOf = (
  userArn: string | null | undefined,
): { readonly role: string; readonly session: string } | undefined => {
  const [, account, role, session] = SESSION_ARN.exec(userArn ?? '') ?? [];
  return account === undefined || role === undefined || session === undefined
    ? undefined
    : { role: `${account}:${role}`, session };
};

/**
 * The app behind a request, by the identity that API Gateway verified; otherwise why there is none.
 *
 * What the authorizer says counts at the key door only, and of apps that have keys; a signature at the other one.
 */
export const callerOf = (
  event: DoorEvent,
  policy: RoomPolicy,
): { readonly ok: true; readonly app: string } | { readonly ok: false; readonly problem: Problem } => {
  if (isFromBrowser(event)) return { ok: false, problem: problem('browser-caller') };
  const app = event.requestContext.stage === STAGES.key ? appWithKey(event, policy) : appThatSigned(event, policy);
  return app === undefined ? { ok: false, problem: problem('not-authorized') } : { ok: true, app };
};

const appWithKey = ({ requestContext }: DoorEvent, { apps }: RoomPolicy): string | undefined => {
  const app = requestContext.authorizer?.app;
  return typeof app === 'string' && Object.hasOwn(apps, app) && apps[app]?.keys ? app : undefined;
};

const appThatSigned = ({ requestContext }: DoorEvent, { apps }: RoomPolicy): string | undefined => {
  const signer = sessionOf(requestContext.identity.userArn);
  return signer && Object.entries(apps).find(([, { principal }]) => principal === signer.role)?.[0];
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
