import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import type { OutgoingMessage } from '../../../lambda/shared/messaging-provider.ts';

/** An {@link HttpCall} that gives one answer and keeps what it was asked. */
export const answering = (result: HttpResult) => {
  const requests: HttpRequest[] = [];
  const http: HttpCall = (request) => {
    requests.push(request);
    return Promise.resolve(result);
  };
  return { http, requests };
};

export const response = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResult => ({
  kind: 'response',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const bodyOf = (request: HttpRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');

export const sms: OutgoingMessage = {
  id: 'msg_01',
  attempt: 1,
  channel: 'sms',
  to: '+971500000001',
  from: 'Acme',
  content: { kind: 'text', text: 'Your code is 123456' },
  receiptUrl: null,
};

export const template: OutgoingMessage = {
  id: 'msg_02',
  attempt: 1,
  channel: 'whatsapp',
  to: '+971500000001',
  from: '+971500000000',
  content: { kind: 'template', template: 'otp_v1', language: 'en', params: ['123456', 'Ann'] },
  receiptUrl: null,
};

export const viber: OutgoingMessage = { ...sms, id: 'msg_03', channel: 'viber', from: 'Acme Shop' };

/** What every adapter must make of an answer that no provider documents differently. */
export const COMMON: readonly (readonly [name: string, result: HttpResult, outcome: object])[] = [
  [
    'nobody listens',
    { kind: 'not-written', cause: 'connect-refused' },
    { kind: 'not-sent', reason: 'connect-refused' },
  ],
  ['no name is found', { kind: 'not-written', cause: 'dns-failure' }, { kind: 'not-sent', reason: 'dns-failure' }],
  ['no answer comes', { kind: 'no-answer', cause: 'timeout' }, { kind: 'unknown', reason: 'timeout' }],
  [
    'the answer is cut off',
    { kind: 'no-answer', cause: 'answer-cut-off' },
    { kind: 'unknown', reason: 'answer-cut-off' },
  ],
  ['429', response(429, {}), { kind: 'not-sent', reason: 'too-many-requests' }],
  [
    '429 with seconds',
    response(429, {}, { 'retry-after': '17' }),
    { kind: 'not-sent', reason: 'too-many-requests', retryAfterSeconds: 17 },
  ],
  [
    '429 with a date',
    response(429, {}, { 'retry-after': 'Sun, 01 Nov 2026 08:00:20 GMT' }),
    { kind: 'not-sent', reason: 'too-many-requests', retryAfterSeconds: 20 },
  ],
  [
    '429 with nonsense',
    response(429, {}, { 'retry-after': 'soon' }),
    { kind: 'not-sent', reason: 'too-many-requests' },
  ],
  ['500 after the request was written', response(500, {}), { kind: 'unknown', reason: 'http-500' }],
  ['502', response(502, '<html>'), { kind: 'unknown', reason: 'http-502' }],
  ['503', response(503, {}, { 'retry-after': '5' }), { kind: 'unknown', reason: 'http-503' }],
  ['408', response(408, {}), { kind: 'unknown', reason: 'http-408' }],
  ['a redirect', response(302, '', { location: 'https://elsewhere' }), { kind: 'not-sent', reason: 'http-302' }],
  ['404', response(404, {}), { kind: 'not-sent', reason: 'http-404' }],
  ['403 for anything else', response(403, { text: 'Forbidden' }), { kind: 'not-sent', reason: 'provider-forbids' }],
  ['405', response(405, {}), { kind: 'not-sent', reason: 'http-405' }],
  ['415', response(415, {}), { kind: 'not-sent', reason: 'http-415' }],
  ['400', response(400, {}), { kind: 'rejected', code: 'http-400' }],
  ['413', response(413, {}), { kind: 'rejected', code: 'http-413' }],
  [
    '403 that names the address',
    response(403, { description: 'API key must not be used from IP address 198.51.100.7.' }),
    { kind: 'address-refused', reason: 'address-not-allowed' },
  ],
  [
    '401 that names the address',
    response(401, { text: 'IP not allowed' }),
    { kind: 'address-refused', reason: 'address-not-allowed' },
  ],
  ['200 without JSON', response(200, '<html>'), { kind: 'unknown', reason: 'answer-unreadable' }],
  ['200 with an empty body', response(200, ''), { kind: 'unknown', reason: 'answer-unreadable' }],
];

/** Stands for anything of a message or a credential that an answer may echo. */
export const CANARY = 'canary-4711';

export const fixedClock = {
  now: () => Date.parse('2026-11-01T08:00:00Z'),
  monotonic: () => 0,
  wait: () => Promise.resolve(),
};
