import type { components } from '../api/types.ts';

export type ProblemCode = components['schemas']['ProblemCode'];
export type ProblemDocument = components['schemas']['Problem'];

/** A refusal as a use case states it; the door adds the request id. */
export interface Problem {
  readonly code: ProblemCode;
  readonly document: Omit<ProblemDocument, 'requestId'>;
  /** For the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
}

/** What a case may add to, or say better than, the fixed parts of its code. */
type Extra = Partial<
  Pick<ProblemDocument, 'status' | 'detail' | 'retry' | 'fix' | 'field' | 'allowed' | 'sent' | 'resetsAt' | 'id'>
> &
  Pick<Problem, 'retryAfterSeconds'>;

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly retry: ProblemDocument['retry'];
  readonly fix: string;
}

const PLATFORM = 'Ask the platform engineers who run the room';

/** What is fixed about each problem: its status, its title, whether trying again helps, and what to do. */
const KINDS: Readonly<Record<ProblemCode, Kind>> = {
  'invalid-request': kind(400, 'The request is not valid', 'never', 'Correct the named field and send again.'),
  'idempotency-key-missing': kind(
    400,
    'The request has no Idempotency-Key',
    'never',
    'Send an Idempotency-Key header of 1 to 255 printable characters, a new one for each message.',
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
    `Sign the request as the app's own role. ${PLATFORM} to add the app.`,
  ),
  'browser-caller': kind(
    403,
    'Browsers are refused',
    'never',
    'Call the room from your backend: credentials that a browser holds are public.',
  ),
  'channel-not-allowed': kind(403, 'The app may not use this channel', 'never', `${PLATFORM} to grant the channel.`),
  'sender-not-allowed': kind(403, 'The app may not use this sender', 'never', `${PLATFORM} to grant the sender ID.`),
  'country-not-allowed': kind(403, 'The app may not send there', 'never', `${PLATFORM} to grant the country.`),
  'number-type-not-allowed': kind(403, 'This kind of number is refused', 'never', 'Send to another number.'),
  'recipient-not-allowed': kind(
    403,
    'The room may message listed numbers only',
    'never',
    `${PLATFORM} to list the number; outside production only listed numbers are messaged.`,
  ),
  'recipient-opted-out': kind(403, 'The recipient opted out', 'never', 'Do not message this recipient.'),
  'limit-exhausted': kind(
    403,
    'A limit of the app is used up',
    'after',
    `Send again after resetsAt, with the same Idempotency-Key if you like. ${PLATFORM} to raise the limit.`,
  ),
  'too-fast': kind(429, 'Too many requests', 'after', 'Send again after the time in Retry-After.'),
  'too-large': kind(413, 'The request is too large', 'never', 'Send at most 32 KiB.'),
  'app-frozen': kind(
    403,
    'The app is frozen',
    'after',
    'Somebody stopped this app on purpose. Ask the on-call engineer.',
  ),
  'room-frozen': kind(
    503,
    'The room is frozen',
    'after',
    'Somebody stopped this room on purpose. Ask the on-call engineer.',
  ),
  'room-has-no-key': kind(503, 'The room has no key yet', 'after', `${PLATFORM} to import the provider's key.`),
  'provider-rejected': kind(
    422,
    'The provider refused the message',
    'never',
    'Change the message as the reason says and send it under a new Idempotency-Key.',
  ),
  'not-sent': kind(
    503,
    'The message was not sent',
    'same-key',
    'Repeat the request with the same Idempotency-Key after the time in Retry-After.',
  ),
  'not-found': kind(404, 'There is no such message', 'never', 'Check the id: an app sees its own messages only.'),
  internal: kind(
    500,
    'Something went wrong inside the room',
    'same-key',
    'Repeat the request with the same Idempotency-Key; it never sends twice. If it persists, report the requestId.',
  ),
};

function kind(status: number, title: string, retry: Kind['retry'], fix: string): Kind {
  return { status, title, retry, fix };
}

/**
 * A refusal with the fixed parts of its code and what this case adds.
 *
 * `detail` and `allowed` reach the caller and logs of theirs: they hold no number, no text and nothing of a body.
 */
export const problem = (code: ProblemCode, { retryAfterSeconds, ...extra }: Extra = {}): Problem => {
  const { status, title, retry, fix } = KINDS[code];
  const type = `urn:keyroom:problem:${code}`;
  return {
    code,
    document: { type, title, status, detail: title, sent: false, retry, fix, ...extra },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
};
