import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import type { SoughtMessage } from '../../../lambda/shared/provider-records.ts';
import { CANARY, fixedClock, response } from './support.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A message that went out an hour ago and whose answer was lost. */
export const sought: SoughtMessage = {
  id: 'msg_01JD8XK3T5V7W9Y1A2B4C6D8E0',
  attempt: 1,
  channel: 'sms',
  to: '+971500000001',
  from: 'Acme',
  sentAt: fixedClock.now() - HOUR,
  providerMessageId: null,
};

/** An {@link HttpCall} that gives one answer after the other and keeps what it was asked. */
export const inTurn = (...results: readonly HttpResult[]) => {
  const requests: HttpRequest[] = [];
  const http: HttpCall = (request) => {
    requests.push(request);
    return Promise.resolve(results[requests.length - 1] ?? results.at(-1)!);
  };
  return { http, requests, urls: () => requests.map(({ url }) => String(url)) };
};

/** What every provider's records must make of an answer that it does not document differently. */
export const FAILURES: readonly (readonly [string, HttpResult, string, boolean])[] = [
  ['no answer comes', { kind: 'no-answer', cause: 'timeout' }, 'provider-unreachable', true],
  ['nobody listens', { kind: 'not-written', cause: 'connect-refused' }, 'provider-unreachable', true],
  ['500', response(500, CANARY), 'provider-unreachable', true],
  ['429', response(429, CANARY), 'too-many-requests', true],
  ['401', response(401, CANARY), 'credential-refused', false],
  ['403', response(403, CANARY), 'right-missing', false],
  ['403 that names the address', response(403, `IP address ${CANARY}`), 'address-refused', false],
  ['400', response(400, CANARY), 'request-refused', false],
  ['a 404 that is not about the id', response(404, { detail: CANARY }), 'request-refused', false],
  ['a redirect', response(302, CANARY), 'request-refused', false],
  ['200 without JSON', response(200, CANARY), 'answer-unreadable', false],
  ['200 with a list', response(200, [CANARY]), 'answer-unreadable', false],
  ['200 without what was asked for', response(200, { other: CANARY }), 'answer-unreadable', false],
];
