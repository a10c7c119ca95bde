import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import type { Dice } from './canaries.ts';

/** What goes wrong at one call to the outside, and repeats the request while it does. */
export type Fault = (request: HttpRequest, dice: Dice) => HttpResult;

const ENCODERS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => encodeURIComponent(text),
  (text) => JSON.stringify(text),
  (text) => text.toUpperCase(),
  (text) => text.replaceAll(/\D+/g, ' '),
  (text) => Buffer.from(text, 'utf16le').toString('base64'),
];

/** A part of a request, in the words of whoever repeats it. */
const echoOf = ({ url, headers, body = '' }: HttpRequest, dice: Dice): string => {
  const part = dice.pick([
    () => JSON.stringify({ url, headers, body }),
    () => body,
    () => headers.authorization ?? '',
    () => dice.pick(leavesOf(body)),
    () => dice.pick(leavesOf(body)),
  ])();
  return dice.pick(ENCODERS)(part);
};

/** The texts in a document or a form. */
const leavesOf = (body: string): readonly string[] => {
  const leaves: string[] = [];
  try {
    JSON.parse(body, (_name, value: unknown) => {
      if (typeof value === 'string') leaves.push(value);
    });
  } catch {
    leaves.push(...new URLSearchParams(body).values());
  }
  return leaves.length > 0 ? leaves : [body];
};

const response = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResult => ({
  kind: 'response',
  status,
  headers,
  body,
});

/** An error as libraries make them: everything they know is in it. */
const telling = (echo: string, request: HttpRequest): Error =>
  Object.assign(new TypeError(`request failed: ${echo}\n    at ${echo} (file.js:1:1)`, { cause: new Error(echo) }), {
    code: echo,
    config: { url: request.url, headers: request.headers, data: request.body },
    response: { data: echo },
    input: echo,
  });

const thrown = (what: unknown): never => {
  throw what;
};

/** The error that most can be read from. */
export const TELLS_ALL = 'an error that tells all';

/** Where no answer comes, or one that is none. */
const LOST: Readonly<Record<string, Fault>> = {
  'no answer': () => ({ kind: 'no-answer', cause: 'timeout' }),
  'not written': () => ({ kind: 'not-written', cause: 'connect-refused' }),
  [TELLS_ALL]: (request, dice) => thrown(telling(echoOf(request, dice), request)),
  'no error, but a text': (request, dice) => thrown(echoOf(request, dice)),
  'an answer that is no JSON': (request, dice) => response(200, echoOf(request, dice)),
  'an answer of another shape': (request, dice) => {
    const echo = echoOf(request, dice);
    return response(200, JSON.stringify({ [echo]: echo, messages: [echo], status: echo, Item: echo, detail: [echo] }));
  },
  'a breakdown': (request, dice) => response(dice.pick([500, 502, 503]), echoOf(request, dice)),
};

const AWS_ERRORS = [
  'AccessDeniedException',
  'ValidationException',
  'ThrottlingException',
  'ResourceNotFoundException',
  'ConditionalCheckFailedException',
  'InvalidRequestException',
  'DecryptionFailure',
];

const awsError =
  (type: string): Fault =>
  (request, dice) => {
    const echo = echoOf(request, dice);
    return response(400, JSON.stringify({ __type: `com.amazonaws#${type}`, message: echo, Message: echo, echo }));
  };

/** How AWS fails. */
export const AWS_FAULTS: Readonly<Record<string, Fault>> = {
  ...LOST,
  ...Object.fromEntries(AWS_ERRORS.map((type) => [type, awsError(type)])),
  'an error of no known name': (request, dice) => {
    const echo = echoOf(request, dice);
    return response(400, JSON.stringify({ __type: echo, message: echo }));
  },
};

const refusal =
  (status: number, more: (echo: string) => object = () => ({})): Fault =>
  (request, dice) => {
    const echo = echoOf(request, dice);
    const errors = {
      detail: { message: echo, code: echo },
      message: echo,
      requestError: { serviceException: { text: echo, messageId: echo } },
      errorCode: echo,
      description: echo,
      ...more(echo),
    };
    const headers = { 'x-echo': echo, 'retry-after': dice.pick([echo, '7']), location: echo, 'www-authenticate': echo };
    return response(status, JSON.stringify(errors), headers);
  };

/** How a provider fails. */
export const PROVIDER_FAULTS: Readonly<Record<string, Fault>> = {
  ...LOST,
  ...Object.fromEntries([301, 400, 401, 402, 403, 404, 408, 409, 422, 429].map((status) => [status, refusal(status)])),
  'a field refused': refusal(422, (echo) => ({ detail: [{ msg: echo, loc: ['body', echo, 'recipients'] }] })),
  'an address refused': refusal(403, (echo) => ({ message: `the IP address is not allowed: ${echo}` })),
  'a code of its own': refusal(400, () => ({ code: 21_211, more_info: 'https://provider.example' })),
  'a status of its own': (request, dice) => {
    const echo = echoOf(request, dice);
    const status = { groupId: 5, groupName: 'REJECTED', id: 51, name: echo, description: echo };
    return response(200, JSON.stringify({ messages: [{ messageId: 'm-1', status, to: echo }], status: 'failed' }));
  },
};
