import type { components } from '../api/types.ts';

export type ProblemCode = components['schemas']['ProblemCode'];
export type ProblemDocument = components['schemas']['Problem'];

/** What is fixed about a problem: its status, its title, whether trying again helps, and what to do. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly retry: ProblemDocument['retry'];
  readonly fix: string;
}

/** Who gives and changes what an app may do. The one name for them in every text. */
export const PLATFORM_ENGINEERS = 'the platform engineers of the room';

const ASK = `Ask ${PLATFORM_ENGINEERS}`;
const ASK_ON_CALL = 'Ask whoever is on call.';

/** For a request that may have sent before its answer was lost. */
export const REPEAT_SAME_KEY = 'Repeat the request with the same Idempotency-Key: it never sends twice.';

/** What to do about a failure that repeating does not mend. */
export const TELL_REQUEST_ID = `If it persists, give the requestId to ${PLATFORM_ENGINEERS}.`;

/** The largest request body, as texts say it. */
export const LARGEST_BODY = '32 KiB';

/** Every problem of the app door by its code: those of the functions and those that the gateway makes by itself. */
export const PROBLEM_KINDS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'invalid-request': kind(400, 'The request is not valid', 'never', 'Correct the named field and send again.'),
  'idempotency-key-missing': kind(
    400,
    'The request has no Idempotency-Key',
    'never',
    'Send an Idempotency-Key header of 1 to 255 printable ASCII characters, a new one for each message.',
  ),
  'idempotency-key-reused': kind(
    422,
    'The Idempotency-Key belongs to another request',
    'never',
    'Use a new Idempotency-Key for a new message; repeat the first body to ask about the first message.',
  ),
  'not-authorized': kind(
    403,
    'The caller is not an app of this room',
    'never',
    `Sign the request with AWS Signature Version 4 (service execute-api) as the app's own role. ${ASK} to add the app.`,
  ),
  'browser-caller': kind(
    403,
    'Browsers are refused',
    'never',
    'Call the room from your backend: credentials that a browser holds are public.',
  ),
  'channel-not-allowed': kind(403, 'The app may not use this channel', 'never', `${ASK} to grant the channel.`),
  'sender-not-allowed': kind(403, 'The app may not use this sender', 'never', `${ASK} to grant the sender ID.`),
  'country-not-allowed': kind(403, 'The app may not send there', 'never', `${ASK} to grant the country.`),
  'number-type-not-allowed': kind(403, 'This kind of number is refused', 'never', 'Send to another number.'),
  'recipient-not-allowed': kind(
    403,
    'The room may message listed numbers only',
    'never',
    `${ASK} to list the number; outside production only listed numbers are messaged.`,
  ),
  'recipient-opted-out': kind(
    403,
    'The recipient opted out',
    'never',
    `Do not message this recipient, under any key. If they want messages again, ${PLATFORM_ENGINEERS} can lift the opt-out.`,
  ),
  'limit-exhausted': kind(
    403,
    'A limit of the app is used up',
    'after',
    `Repeat the request after resetsAt; the same Idempotency-Key may be used. ${ASK} to raise the limit.`,
  ),
  'too-fast': kind(429, 'Too many requests', 'after', 'Repeat the request after the time in Retry-After.'),
  'too-large': kind(
    413,
    'The request is too large',
    'never',
    `Send one message per request, in at most ${LARGEST_BODY}.`,
  ),
  'app-frozen': kind(403, 'The app is frozen', 'after', `Somebody stopped this app on purpose. ${ASK_ON_CALL}`),
  'room-frozen': kind(503, 'The room is frozen', 'after', `Somebody stopped this room on purpose. ${ASK_ON_CALL}`),
  'room-has-no-key': kind(503, 'The room has no key yet', 'after', `${ASK} to import the provider's key.`),
  'provider-rejected': kind(
    422,
    'The provider refused the message',
    'never',
    'Change the message as the detail says and send it under a new Idempotency-Key.',
  ),
  'not-sent': kind(
    503,
    'The message was not sent',
    'same-key',
    'Repeat the request with the same Idempotency-Key after the time in Retry-After.',
  ),
  'not-found': kind(404, 'There is no such message', 'never', 'Check the id: an app sees its own messages only.'),
  internal: kind(500, 'Something went wrong inside the room', 'same-key', `${REPEAT_SAME_KEY} ${TELL_REQUEST_ID}`),
};

function kind(status: number, title: string, retry: ProblemKind['retry'], fix: string): ProblemKind {
  return { status, title, retry, fix };
}

/** The `type` of a problem's document. */
export const problemType = (code: ProblemCode): string => `urn:keyroom:problem:${code}`;
