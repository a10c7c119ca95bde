import { createD7Provider } from '../../../lambda/providers/d7/adapter.ts';
import { createD7CredentialManager } from '../../../lambda/providers/d7/credential-manager.ts';
import { d7SendingCredential, d7TokenOf, jwtLifetime } from '../../../lambda/providers/d7/sending-credential.ts';
import { CredentialFormatError } from '../../../lambda/shared/credential-manager.ts';
import type { HttpResult } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { answering, bodyOf, CANARY, COMMON, fixedClock, response, sms, template, viber } from './support.ts';

const KEY = d7SendingCredential('eyJhbGciOiJIUzI1NiJ9.e30.sig');

const send = async (result: HttpResult, message = sms, key: SecretValue | null = KEY) => {
  const { http, requests } = answering(result);
  const outcome = await createD7Provider({ http, clock: fixedClock }).send(message, key, 6000);
  return { outcome, request: requests[0], calls: requests.length };
};

const ACCEPTED = response(200, { request_id: '6f0c', status: 'accepted', created_at: '2026-01-01T00:00:00.000Z' });

describe('createD7Provider', () => {
  test('sends an SMS as documented', async () => {
    const { outcome, request, calls } = await send(ACCEPTED);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: '6f0c' });
    expect(calls).toBe(1);
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://api.d7networks.com/messages/v1/send',
      timeoutMs: 6000,
      headers: { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.sig', 'content-type': 'application/json' },
    });
    expect(bodyOf(request)).toEqual({
      messages: [
        {
          channel: 'sms',
          recipients: ['+971500000001'],
          content: 'Your code is 123456',
          msg_type: 'text',
          data_coding: 'auto',
        },
      ],
      message_globals: { originator: 'Acme', tag: 'msg_01' },
    });
  });

  test('sends a WhatsApp template as documented, with our id as reference', async () => {
    const { outcome, request } = await send(ACCEPTED, template);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: '6f0c' });
    expect(request?.url).toBe('https://api.d7networks.com/whatsapp/v2/send');
    expect(bodyOf(request)).toEqual({
      messages: [
        {
          originator: '+971500000000',
          recipients: [{ recipient: '+971500000001', recipient_type: 'individual', cust_ref: 'msg_02' }],
          content: {
            message_type: 'TEMPLATE',
            template: { template_id: 'otp_v1', language: 'en', body_parameter_values: { '0': '123456', '1': 'Ann' } },
          },
        },
      ],
    });
  });

  test('sends a WhatsApp text as documented', async () => {
    const { request } = await send(ACCEPTED, { ...template, content: { kind: 'text', text: 'hi' } });
    expect(bodyOf(request)).toMatchObject({
      messages: [{ content: { message_type: 'TEXT', text: { body: 'hi' } } }],
    });
  });

  test('sends a Viber text as documented, as a transaction', async () => {
    const { outcome, request } = await send(ACCEPTED, viber);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: '6f0c' });
    expect(request?.url).toBe('https://api.d7networks.com/viber/v1/send');
    expect(bodyOf(request)).toEqual({
      messages: [
        { channel: 'viber', recipients: ['+971500000001'], content: 'Your code is 123456', label: 'TRANSACTION' },
      ],
      message_globals: { originator: 'Acme Shop' },
    });
  });

  test.each(['sms', 'viber'] as const)('fails to send a template over %s, without a call', async (channel) => {
    const { outcome, calls } = await send(ACCEPTED, { ...template, channel });
    expect([outcome, calls]).toMatchObject([{ kind: 'rejected', code: 'content-not-supported' }, 0]);
  });

  test.each(COMMON)('%s', async (_, result, outcome) => {
    expect((await send(result)).outcome).toMatchObject(outcome);
  });

  test.each([
    [
      'a bad token',
      401,
      { detail: { code: 'ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED', message: CANARY } },
      'token-not-recognised',
    ],
    ['an expired token', 401, { detail: { code: 'ACCESS_TOKEN_EXPIRED', message: CANARY } }, 'token-expired'],
    ['a deleted application', 401, { detail: { code: 'APPLICATION_NOT_EXISTS' } }, 'application-deleted'],
    ['a 401 with a new code', 401, { detail: { code: CANARY } }, 'unauthorized'],
    ['a 401 without JSON', 401, CANARY, 'unauthorized'],
  ])('%s is the key’s fault', async (_, status, body, reason) => {
    expect((await send(response(status, body))).outcome).toEqual({ kind: 'key-refused', reason });
  });

  test.each([
    ['recipients', 'invalid-recipient'],
    ['content', 'invalid-content'],
    ['originator', 'invalid-sender'],
    [CANARY, 'invalid-request'],
  ])('422 about %s is a rejection', async (field, code) => {
    const body = { detail: [{ loc: ['body', 'messages', 0, field, 0], msg: CANARY, type: 'value_error' }] };
    const { outcome } = await send(response(422, body));
    expect(outcome).toMatchObject({ kind: 'rejected', code });
    expect(JSON.stringify(outcome)).not.toContain(CANARY);
  });

  test('402: no credit, so nothing was sent, and the same message may go out later', async () => {
    expect((await send(response(402, { detail: CANARY }))).outcome).toEqual({
      kind: 'not-sent',
      reason: 'insufficient-credit',
    });
  });

  test.each([
    ['400', response(400, CANARY), 'http-400'],
    ['413', response(413, CANARY), 'http-413'],
  ])('%s is a rejection by number alone', async (_, result, code) => {
    const { outcome } = await send(result);
    expect(outcome).toMatchObject({ kind: 'rejected', code });
    expect(JSON.stringify(outcome)).not.toContain(CANARY);
  });

  test.each([
    ['without an id', { status: 'accepted' }, 'answer-unreadable'],
    ['with another status', { request_id: '6f0c', status: CANARY }, 'answer-status-unexpected'],
  ])('fails to call a 200 %s accepted', async (_, body, reason) => {
    expect((await send(response(200, body))).outcome).toEqual({ kind: 'unknown', reason });
  });

  test.each([
    ['there is no key', null],
    ['the secret is not JSON', new SecretValue(CANARY)],
    ['the token is missing', new SecretValue('{}')],
    ['the token cannot be a header', new SecretValue(JSON.stringify({ token: `${CANARY}\nX: y` }))],
  ])('fails when %s, without a call', async (_, key) => {
    const { outcome, calls } = await send(ACCEPTED, sms, key);
    expect([outcome, calls]).toEqual([{ kind: 'key-refused', reason: 'credential-malformed' }, 0]);
  });

  test('fails when an SMS has a template, without a call', async () => {
    const { outcome, calls } = await send(ACCEPTED, { ...sms, content: template.content });
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'content-not-supported' });
    expect(calls).toBe(0);
  });
});

describe('the sending credential of D7', () => {
  test('is read back as it was written', () => {
    expect(d7TokenOf(d7SendingCredential('abc')).reveal()).toBe('abc');
  });

  test('fails when it is malformed, with a named error that does not show it', () => {
    const read = () => d7TokenOf(new SecretValue(`{"token": 7, "x": "${CANARY}"}`));
    expect(read).toThrow(CredentialFormatError);
    expect(read).not.toThrow(new RegExp(CANARY));
  });

  test.each([
    ['says when it ends', { iat: 1000, exp: 1600 }, { from: 1_000_000, until: 1_600_000 }],
    ['says nothing', {}, undefined],
    ['says nonsense', { iat: 5, exp: '7' }, undefined],
  ])('a token that %s', (_, claims, lifetime) => {
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(jwtLifetime(new SecretValue(`h.${payload}.s`))).toEqual(lifetime);
  });

  test('a token that is no JWT says nothing', () => {
    expect(jwtLifetime(new SecretValue('opaque'))).toBeUndefined();
  });
});

describe('createD7CredentialManager', () => {
  const managing = new SecretValue(JSON.stringify({ clientId: 'id', clientSecret: `${CANARY}+&` }));
  const binding = { name: 'n', allowedAddresses: [], channels: [], validUntil: 0 };

  test('mints a token with the form D7 documents', async () => {
    const { http, requests } = answering(response(200, { access_token: 'a.b.c', token_type: 'bearer' }));
    const key = await createD7CredentialManager({ http }).create(managing, binding);
    expect(d7TokenOf(key.value).reveal()).toBe('a.b.c');
    expect(requests[0]).toMatchObject({
      url: 'https://api.d7networks.com/auth/v1/login/application',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `client_id=id&client_secret=${CANARY}%2B%26`,
    });
  });

  test.each([
    ['no answer comes', { kind: 'no-answer', cause: 'timeout' }, 'provider-unreachable'],
    ['the secret is wrong', response(401, { detail: { code: 'X', message: CANARY } }), 'managing-credential-refused'],
    ['the address is refused', response(403, 'IP not allowed'), 'address-refused'],
    ['the token is missing', response(200, {}), 'provider-answer-unreadable'],
    ['the answer is no JSON', response(200, CANARY), 'provider-answer-unreadable'],
    ['there are too many requests', response(429, {}), 'provider-key-quota-used-up'],
    ['the server fails', response(500, CANARY), 'provider-unreachable'],
    ['the request is invalid', response(422, CANARY), 'provider-refused-request'],
  ] as const)('fails when %s, by a code and without the answer’s text', async (_, result, code) => {
    const { http } = answering(result);
    const created = createD7CredentialManager({ http }).create(managing, binding);
    await expect(created).rejects.toMatchObject({ code, message: expect.not.stringContaining(CANARY) as string });
  });

  test.each([
    ['200', response(200, { balance: 1 }), 'ok'],
    ['401', response(401, { detail: { code: 'ACCESS_TOKEN_EXPIRED' } }), 'refused'],
    ['403 by address', response(403, 'IP address'), 'address-refused'],
    ['500', response(500, ''), 'unreachable'],
    ['no answer', { kind: 'no-answer', cause: 'timeout' }, 'unreachable'],
  ] as const)('checks a token by the balance: %s', async (_, result, verdict) => {
    const { http, requests } = answering(result);
    expect(await createD7CredentialManager({ http }).check(KEY, ['sms'])).toBe(verdict);
    expect(requests[0]).toMatchObject({ method: 'GET', url: 'https://api.d7networks.com/messages/v1/balance' });
  });

  test('makes no token to test a candidate: nobody could ever revoke it', async () => {
    const { http, requests } = answering(response(200, {}));
    expect(await createD7CredentialManager({ http }).checkManaging(managing)).toBe('untestable');
    expect(requests).toEqual([]);
  });
});
