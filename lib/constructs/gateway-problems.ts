import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

/** A response that the gateway makes by itself, in the form of the API's own problems. */
interface GatewayProblem {
  readonly type: ResponseType;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /**
   * The part of the request that is wrong.
   *
   * @default - none in particular
   */
  readonly field?: string;
  readonly fix: string;
  readonly retry: 'never' | 'after' | 'same-key';
  /**
   * Whether the message may have reached the provider.
   *
   * @default false - the request never reached the function
   */
  readonly sent?: boolean;
}

const notAuthorized = (type: ResponseType, detail: string, fix: string): GatewayProblem => ({
  type,
  status: 403,
  code: 'not-authorized',
  title: 'You may not call this room',
  detail,
  fix,
  retry: 'never',
});

const broken = (type: ResponseType, status: number): GatewayProblem => ({
  type,
  status,
  code: 'internal',
  title: 'The room is out of order',
  detail: 'The gateway could not ask the function.',
  fix: 'Tell the operators of the room the request id.',
  retry: 'after',
});

/** The function may have been asked and gave no usable answer, so it may have sent: the same key finds out. */
const silent = (type: ResponseType, status: number): GatewayProblem => ({
  ...broken(type, status),
  detail: 'The function gave no answer; the message may have been sent.',
  fix: 'Send the same request again with the same Idempotency-Key: it is never sent twice.',
  retry: 'same-key',
  sent: true,
});

const SIGN = 'Sign the request with Signature Version 4, service execute-api, as the role of an app of this room.';

const PROBLEMS: readonly GatewayProblem[] = [
  notAuthorized(
    ResponseType.ACCESS_DENIED,
    'The caller is none of the apps of this room, or calls from another network.',
    SIGN,
  ),
  notAuthorized(
    ResponseType.EXPIRED_TOKEN,
    'The session or the signature has expired.',
    'Get a new session, check the clock, and sign again.',
  ),
  notAuthorized(ResponseType.INVALID_SIGNATURE, 'The signature does not match the request.', SIGN),
  notAuthorized(
    ResponseType.MISSING_AUTHENTICATION_TOKEN,
    'The request is not signed, or there is no such path.',
    SIGN,
  ),
  notAuthorized(ResponseType.INVALID_API_KEY, 'This door knows no API keys.', SIGN),
  notAuthorized(
    ResponseType.WAF_FILTERED,
    'The firewall refused the request.',
    'Ask the operators of the room, with the request id.',
  ),
  notAuthorized(ResponseType.DEFAULT_4XX, 'The gateway refused the request.', SIGN),
  { ...notAuthorized(ResponseType.UNAUTHORIZED, 'The request is not signed.', SIGN), status: 401 },
  {
    type: ResponseType.RESOURCE_NOT_FOUND,
    status: 404,
    code: 'not-found',
    title: 'There is no such path',
    detail: 'The door has POST /v1/messages and GET /v1/messages/{id}.',
    fix: 'Check the path.',
    retry: 'never',
  },
  {
    type: ResponseType.BAD_REQUEST_BODY,
    status: 400,
    code: 'invalid-request',
    title: 'The request is not valid',
    detail: 'The body must be a JSON object.',
    field: 'body',
    fix: 'Send a JSON object as application/json.',
    retry: 'never',
  },
  {
    type: ResponseType.BAD_REQUEST_PARAMETERS,
    status: 400,
    code: 'invalid-request',
    title: 'The request is not valid',
    detail: 'A parameter of the request is missing or malformed.',
    fix: 'Compare the request with the API description.',
    retry: 'never',
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    code: 'too-large',
    title: 'The request is too large',
    detail: 'A request may have at most 32 KiB.',
    fix: 'Send one message per request.',
    retry: 'never',
  },
  {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    code: 'invalid-request',
    title: 'The media type is not supported',
    detail: 'The body must be application/json.',
    fix: 'Set Content-Type: application/json.',
    retry: 'never',
  },
  ...[ResponseType.THROTTLED, ResponseType.QUOTA_EXCEEDED].map((type) => ({
    type,
    status: 429,
    code: 'too-fast',
    title: 'Too many requests',
    detail: 'The room takes no more requests this second.',
    fix: 'Wait for the seconds in Retry-After, then send the same request; ask for a higher rate if this is normal load.',
    retry: 'after' as const,
  })),
  broken(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 500),
  broken(ResponseType.AUTHORIZER_FAILURE, 500),
  // An answer of the function that the gateway cannot use may come back as this.
  silent(ResponseType.API_CONFIGURATION_ERROR, 500),
  silent(ResponseType.INTEGRATION_FAILURE, 504),
  silent(ResponseType.INTEGRATION_TIMEOUT, 504),
  silent(ResponseType.DEFAULT_5XX, 500),
];

/** Makes the gateway's own refusals look like the function's (RFC 9457), so that callers handle one form. */
export const addGatewayProblems = (api: RestApi): void => {
  for (const problem of PROBLEMS) {
    api.addGatewayResponse(`Problem-${problem.type.responseType}`, {
      type: problem.type,
      statusCode: String(problem.status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        ...(problem.status === 429 && { 'Retry-After': "'1'" }),
      },
      templates: { 'application/json': JSON.stringify(problemDocument(problem, '$context.requestId')) },
    });
  }
};

/** The body of a problem. */
export const problemDocument = (
  { code, title, status, detail, field, sent = false, retry, fix }: Omit<GatewayProblem, 'type'>,
  requestId: string,
): Record<string, unknown> => ({
  type: `urn:keyroom:problem:${code}`,
  title,
  status,
  detail,
  ...(field !== undefined && { field }),
  sent,
  retry,
  fix,
  requestId,
});
