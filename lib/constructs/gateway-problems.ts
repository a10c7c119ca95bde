import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  LARGEST_BODY,
  PLATFORM_ENGINEERS,
  PROBLEM_KINDS,
  type ProblemCode,
  type ProblemKind,
  problemType,
  REPEAT_SAME_KEY,
} from '../../lambda/api/contract.ts';

/** A problem as the gateway or its firewall says it; what its code fixes is taken from the API's own table. */
export interface GatewayProblem extends Partial<ProblemKind> {
  readonly code: ProblemCode;
  readonly detail: string;
  /**
   * The part of the request that is wrong.
   *
   * @default - none in particular
   */
  readonly field?: string;
  /**
   * Whether the message may have reached the provider.
   *
   * @default false - the request never reached the function
   */
  readonly sent?: boolean;
}

const notAuthorized = (detail: string, fix?: string): GatewayProblem => ({
  code: 'not-authorized',
  detail,
  ...(fix !== undefined && { fix }),
});

const invalid = (detail: string, fix: string): GatewayProblem => ({ code: 'invalid-request', detail, fix });

const BROKEN: GatewayProblem = {
  code: 'internal',
  detail: 'The gateway could not ask the function.',
  retry: 'after',
  fix: `Give the requestId to ${PLATFORM_ENGINEERS}.`,
};

/**
 * The function may have been asked and gave no usable answer, so it may have sent: the same key finds out.
 *
 * A freeze lets Lambda start none of it. The gateway has the same answer for that as for a function that failed, and
 * cannot say `room-frozen`: it names both. Not with the status of a frozen room, as a 503 says that nothing was sent.
 */
const silent = (status: number): GatewayProblem => ({
  code: 'internal',
  title: 'The room gave no answer',
  status,
  detail: 'The function gave no answer, or the room is frozen and starts none; the message may have been sent.',
  retry: 'same-key',
  fix: `${REPEAT_SAME_KEY} If it goes on, the room is frozen: ask whoever is on call.`,
  sent: true,
});

/** Seconds until it is worth while to repeat what got no answer. */
const SILENT_RETRY_AFTER = 5;

const TOO_FAST: GatewayProblem = { code: 'too-fast', detail: 'The room takes no more requests this second.' };

/** What the firewall says of a body that is too large, too. */
export const TOO_LARGE: GatewayProblem = {
  code: 'too-large',
  detail: `A request may have at most ${LARGEST_BODY}.`,
};

const PROBLEMS: readonly (readonly [ResponseType, GatewayProblem])[] = [
  [
    ResponseType.ACCESS_DENIED,
    notAuthorized('The caller is none of the apps of this room, or calls from another network.'),
  ],
  [
    ResponseType.EXPIRED_TOKEN,
    notAuthorized('The session or the signature has expired.', 'Get a new session, check the clock, and sign again.'),
  ],
  [ResponseType.INVALID_SIGNATURE, notAuthorized('The signature does not match the request.')],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, notAuthorized('The request is not signed, or there is no such path.')],
  [ResponseType.INVALID_API_KEY, notAuthorized('This door knows no API keys.')],
  [
    ResponseType.WAF_FILTERED,
    notAuthorized('The firewall refused the request.', `Give the requestId to ${PLATFORM_ENGINEERS}.`),
  ],
  [ResponseType.DEFAULT_4XX, notAuthorized('The gateway refused the request.')],
  [ResponseType.UNAUTHORIZED, { ...notAuthorized('The request is not signed.'), status: 401 }],
  [
    ResponseType.RESOURCE_NOT_FOUND,
    {
      code: 'not-found',
      title: 'There is no such path',
      detail: 'The door has POST and GET /v1/messages, GET /v1/messages/{id} and GET /v1/usage.',
      fix: 'Check the path.',
    },
  ],
  [
    ResponseType.BAD_REQUEST_BODY,
    { ...invalid('The body must be a JSON object.', 'Send a JSON object as application/json.'), field: 'body' },
  ],
  [
    ResponseType.BAD_REQUEST_PARAMETERS,
    invalid('A parameter of the request is missing or malformed.', 'Compare the request with the API description.'),
  ],
  [ResponseType.REQUEST_TOO_LARGE, TOO_LARGE],
  [
    ResponseType.UNSUPPORTED_MEDIA_TYPE,
    { ...invalid('The body must be application/json.', 'Set Content-Type: application/json.'), status: 415 },
  ],
  [ResponseType.THROTTLED, TOO_FAST],
  [ResponseType.QUOTA_EXCEEDED, TOO_FAST],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, BROKEN],
  [ResponseType.AUTHORIZER_FAILURE, BROKEN],
  // An answer of the function that the gateway cannot use may come back as this.
  [ResponseType.API_CONFIGURATION_ERROR, silent(500)],
  [ResponseType.INTEGRATION_FAILURE, silent(504)],
  [ResponseType.INTEGRATION_TIMEOUT, silent(504)],
  [ResponseType.DEFAULT_5XX, silent(500)],
];

const BRING_A_KEY = `Send "Authorization: Bearer <key>" with a live key of the app; ${PLATFORM_ENGINEERS} issue keys.`;

/**
 * What the door for apps with keys says otherwise.
 *
 * The authorizer's own sentence is empty where the network was refused before it was asked.
 */
export const KEY_DOOR_PROBLEMS: Readonly<Record<string, GatewayProblem>> = {
  [ResponseType.ACCESS_DENIED.responseType]: notAuthorized(
    'The key may not be used for this, or not from here. $context.authorizer.detail',
    `See what the key is for; ${PLATFORM_ENGINEERS} issue keys.`,
  ),
  [ResponseType.UNAUTHORIZED.responseType]: {
    ...notAuthorized('The request has no key, or one that this room does not know.', BRING_A_KEY),
    status: 401,
  },
  [ResponseType.MISSING_AUTHENTICATION_TOKEN.responseType]: notAuthorized('There is no such path.', 'Check the path.'),
  [ResponseType.INVALID_API_KEY.responseType]: notAuthorized('The key goes into another header.', BRING_A_KEY),
  [ResponseType.INVALID_SIGNATURE.responseType]: notAuthorized('This door takes keys, not signatures.', BRING_A_KEY),
  [ResponseType.EXPIRED_TOKEN.responseType]: notAuthorized('This door takes keys, not signatures.', BRING_A_KEY),
  [ResponseType.DEFAULT_4XX.responseType]: notAuthorized('The gateway refused the request.', BRING_A_KEY),
};

const NOT_ON_CALL = notAuthorized(
  'The caller is neither on call in this room nor an approver of it.',
  "Sign the request (service execute-api) as the room's role on-call.",
);

/** The command may have been taken: with the same key it is taken once. */
const commandInDoubt = (status: number): GatewayProblem => ({
  code: 'internal',
  status,
  detail: 'The function gave no answer, or Lambda runs none of it at the moment; the command may have been taken.',
  retry: 'same-key',
  fix:
    'Repeat the command with the same Idempotency-Key until it is answered. If it goes on, stop the room by hand: ' +
    'docs/on-call.md#the-brake-does-not-answer.',
});

/** What the door of whoever is on call says otherwise: no app calls it, and no message is at stake. */
export const OPERATOR_DOOR_PROBLEMS: Readonly<Record<string, GatewayProblem>> = {
  [ResponseType.ACCESS_DENIED.responseType]: NOT_ON_CALL,
  [ResponseType.DEFAULT_4XX.responseType]: { ...NOT_ON_CALL, detail: 'The gateway refused the request.' },
  [ResponseType.RESOURCE_NOT_FOUND.responseType]: {
    code: 'not-found',
    title: 'There is no such path',
    detail: 'The door has POST /v1/jobs and GET /v1/jobs/{id}.',
    fix: 'Check the path.',
  },
  [ResponseType.API_CONFIGURATION_ERROR.responseType]: commandInDoubt(500),
  [ResponseType.INTEGRATION_FAILURE.responseType]: commandInDoubt(504),
  [ResponseType.INTEGRATION_TIMEOUT.responseType]: commandInDoubt(504),
  [ResponseType.DEFAULT_5XX.responseType]: commandInDoubt(500),
};

/** Makes the gateway's own refusals look like the function's (RFC 9457), so that callers handle one form. */
export const addGatewayProblems = (api: RestApi, own: Readonly<Record<string, GatewayProblem>> = {}): void => {
  for (const [type, usual] of PROBLEMS) {
    const problem = own[type.responseType] ?? usual;
    const document = problemDocument(problem, '$context.requestId');
    api.addGatewayResponse(`Problem-${type.responseType}`, {
      type,
      statusCode: String(document.status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        ...(problem.code === 'too-fast' && { 'Retry-After': "'1'" }),
        ...(problem.sent && { 'Retry-After': `'${SILENT_RETRY_AFTER}'` }),
        // RFC 6750, section 3.
        ...(problem.status === 401 && problem.fix === BRING_A_KEY && { 'WWW-Authenticate': "'Bearer'" }),
      },
      templates: { 'application/json': JSON.stringify(document) },
    });
  }
};

/** The body of a problem. */
export const problemDocument = ({ code, detail, field, sent = false, ...own }: GatewayProblem, requestId: string) => {
  const { title, status, retry, fix } = { ...PROBLEM_KINDS[code], ...own };
  return {
    type: problemType(code),
    title,
    status,
    detail,
    ...(field !== undefined && { field }),
    sent,
    retry,
    fix,
    requestId,
  };
};
