import { PLATFORM_ENGINEERS } from '../api/contract.ts';
import type { FreezeScope } from '../shared/app-freeze.ts';
import { iso } from '../shared/clock.ts';
import type { Attempted } from '../shared/delivery/attempt.ts';
import type { KeyRead } from '../shared/key-reader.ts';
import { type MessageRecord, toMessage } from '../shared/message.ts';
import { problem, type Problem } from '../shared/problem.ts';
import type { Take, UnitsResult } from '../shared/unit-ledger.ts';
import type { SendResult } from './ports.ts';

/** Seconds an app is asked to wait before it repeats. */
const RETRY_AFTER_SECONDS = 2;
/** Longer than this no app should keep a request waiting. */
const MOST_RETRY_AFTER_SECONDS = 60;

/**
 * Neither sent nor queued: the room could not even write it down.
 *
 * @param cause fixed code for the log. @param detail for the app
 */
const notSent = (cause: string, detail: string, retryAfterSeconds = RETRY_AFTER_SECONDS): Problem =>
  problem('not-sent', { cause, detail, retryAfterSeconds });

/**
 * Not sent by this request, while the ledger did not say what an earlier one with the same key may have done.
 *
 * Repeating with the same key is safe either way; a new key would not be, so the detail says it.
 */
export const notSentButBefore = (cause: string, detail: string): Problem =>
  notSent(cause, `${detail}; this request sent nothing, an earlier one with the same Idempotency-Key may have`);

export const replay = (record: MessageRecord, now: number): SendResult => ({
  kind: 'message',
  replayed: true,
  message: toMessage(record, now),
});

/**
 * The answer to the request whose attempt this was.
 *
 * Only a rejection is a problem. A message that is queued or that expired is a state: nothing was wrong with it.
 */
export const answerTo = ({ record }: Attempted, now: number): SendResult => {
  switch (record.state) {
    case 'rejected':
      return {
        kind: 'problem',
        problem: problem('provider-rejected', {
          id: record.id,
          detail: `the provider refused: ${record.reason ?? ''}`,
        }),
      };
    case 'expired':
      return replay(record, now);
    default:
      return { kind: 'message', replayed: false, message: toMessage(record, now) };
  }
};

/** Why units could not be had. */
export const unitsProblem = (units: Exclude<UnitsResult, { kind: 'taken' }>, now: number): Problem => {
  switch (units.kind) {
    case 'frozen':
      return frozen(units.scope);
    case 'not-registered':
      return problem('not-authorized', {
        detail: 'the app is configured but not registered in the ledger yet',
        retry: 'after',
        fix: `Wait for the room's deployment to end, or ask ${PLATFORM_ENGINEERS} to repeat it.`,
      });
    case 'opted-out':
      return problem('recipient-opted-out', {
        field: 'to',
        detail: 'the recipient opted out of the messages of this room, one-time codes included',
      });
    case 'exhausted':
      return exhausted(units.take, now);
    case 'failed':
    case 'in-doubt':
      return notSent(`limits-${units.kind}`, 'the limits could not be checked');
  }
};

/** A window that lasts no longer than a request may wait asks for patience; any other is a refusal for now. */
const exhausted = ({ limit, capacity, start, length }: Take, now: number): Problem => {
  const ends = start + length;
  const isShort = length <= MOST_RETRY_AFTER_SECONDS;
  const waits = Math.ceil(ends - now / 1000);
  return problem(isShort ? 'too-fast' : 'limit-exhausted', {
    limit,
    detail: `the limit ${limit} is used up`,
    allowed: String(capacity),
    resetsAt: iso(ends * 1000),
    // A clock that is behind sees the end of a later window.
    ...(isShort && { retryAfterSeconds: Math.min(Math.max(waits, 1), MOST_RETRY_AFTER_SECONDS) }),
  });
};

/**
 * The sender's next free place is after the message's own time: it would wait in vain.
 *
 * @param freeInMs when a message that is valid as long would get a place
 */
export const noPlace = (freeInMs: number, now: number): Problem => {
  const waits = Math.ceil(freeInMs / 1000);
  const isShort = waits <= MOST_RETRY_AFTER_SECONDS;
  return problem(isShort ? 'too-fast' : 'limit-exhausted', {
    limit: 'messages-per-second-of-sender',
    detail: 'so many messages of the sender wait already that this one would expire before its turn',
    resetsAt: iso(now + freeInMs),
    fix: 'Repeat the request after resetsAt, give the message a longer validForSeconds, or use another sender.',
    ...(isShort && { retryAfterSeconds: Math.max(waits, 1) }),
  });
};

const frozen = (scope: FreezeScope): Problem => {
  if (scope === 'room') return roomFrozen('room-flag');
  if (scope === 'app') return problem('app-frozen');
  return problem('app-frozen', { cause: 'country-frozen', field: 'to', detail: 'sending to this country is frozen' });
};

/**
 * It is the room that is stopped, not this app.
 *
 * @param cause fixed code for the log: the flag says it, or an app that is frozen and a key that is denied at once
 */
export const roomFrozen = (cause: 'room-flag' | 'app-frozen-and-key-denied'): Problem =>
  problem('room-frozen', { cause, retryAfterSeconds: MOST_RETRY_AFTER_SECONDS });

/** Why there is no key to send with. */
export const keyProblem = (key: Exclude<KeyRead, { kind: 'key' }>): Problem => {
  switch (key.kind) {
    case 'absent':
      return problem('room-has-no-key', { cause: 'key-absent', retryAfterSeconds: MOST_RETRY_AFTER_SECONDS });
    case 'denied':
      // Nothing that mends this takes seconds: a person lifts a freeze or puts a policy right.
      return notSent(
        'key-denied',
        'the room may not read its key: somebody stopped it, or its policy is wrong; a person has to act first',
        MOST_RETRY_AFTER_SECONDS,
      );
    case 'unavailable':
      return notSent('key-unreadable', 'the room could not read its key');
  }
};
