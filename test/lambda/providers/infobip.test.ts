import { createInfobipProvider } from '../../../lambda/providers/infobip/adapter.ts';
import { createInfobipCredentialManager } from '../../../lambda/providers/infobip/credential-manager.ts';
import { infobipKeyOf, infobipSendingCredential } from '../../../lambda/providers/infobip/sending-credential.ts';
import { CredentialFormatError } from '../../../lambda/shared/credential-manager.ts';
import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { answering, bodyOf, CANARY, COMMON, fixedClock, response, sms, template, viber } from './support.ts';

const KEY = infobipSendingCredential('5737', '0123-abcd');

const send = async (result: HttpResult, message = sms, key: SecretValue | null = KEY) => {
  const { http, requests } = answering(result);
  const outcome = await createInfobipProvider({ http, clock: fixedClock }).send(message, key, 6000);
  return { outcome, request: requests[0], calls: requests.length };
};

const answered = (groupId: number, id: number, messageId: unknown = 'msg_01') =>
  response(200, {
    bulkId: 'b',
    messages: [{ messageId, status: { groupId, groupName: CANARY, id, name: CANARY, description: CANARY } }],
  });

describe('createInfobipProvider', () => {
  test('sends an SMS as documented, under our id and without the plus', async () => {
    const { outcome, request } = await send(answered(1, 26));
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'msg_01' });
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://api.infobip.com/sms/3/messages',
      headers: { authorization: 'App 0123-abcd', accept: 'application/json' },
    });
    expect(bodyOf(request)).toEqual({
      messages: [
        {
          sender: 'Acme',
          destinations: [{ to: '971500000001', messageId: 'msg_01' }],
          content: { text: 'Your code is 123456' },
        },
      ],
    });
  });

  test('sends a Viber text as documented, as a transaction', async () => {
    const { outcome, request } = await send(answered(1, 26, 'msg_03'), viber);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'msg_03' });
    expect(request?.url).toBe('https://api.infobip.com/viber/2/messages');
    expect(bodyOf(request)).toEqual({
      messages: [
        {
          sender: 'Acme Shop',
          destinations: [{ to: '971500000001', messageId: 'msg_03' }],
          content: { type: 'TEXT', text: 'Your code is 123456' },
          options: { label: 'TRANSACTIONAL' },
        },
      ],
    });
  });

  test.each(['sms', 'viber'] as const)('fails to send a template over %s, without a call', async (channel) => {
    const { outcome, calls } = await send(answered(1, 26), { ...template, channel });
    expect([outcome, calls]).toMatchObject([{ kind: 'rejected', code: 'content-not-supported' }, 0]);
  });

  test.each([
    ['a Viber text', viber, 'msg_03'],
    ['an SMS', sms, 'msg_01'],
    ['a WhatsApp template', template, 'msg_02'],
    ['a WhatsApp text', { ...template, content: { kind: 'text', text: 'hi' } }, 'msg_02'],
  ] as const)('gives %s an id of its own from the second attempt on', async (_, message, id) => {
    const { request } = await send(answered(1, 26), { ...message, attempt: 2 });
    expect(request?.body).toContain(`"messageId":"${id}-2"`);
  });

  test('sends a WhatsApp template as documented', async () => {
    const { outcome, request } = await send(answered(1, 7, 'msg_02'), template);
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'msg_02' });
    expect(request?.url).toBe('https://api.infobip.com/whatsapp/1/message/template');
    expect(bodyOf(request)).toEqual({
      messages: [
        {
          from: '971500000000',
          to: '971500000001',
          messageId: 'msg_02',
          content: {
            templateName: 'otp_v1',
            templateData: { body: { placeholders: ['123456', 'Ann'] } },
            language: 'en',
          },
        },
      ],
    });
  });

  test('sends a WhatsApp text, whose answer is the message itself', async () => {
    const { outcome, request } = await send(
      response(200, { to: '971500000001', messageCount: 1, messageId: 'msg_02', status: { groupId: 1, id: 7 } }),
      { ...template, content: { kind: 'text', text: 'hi' } },
    );
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'msg_02' });
    expect(request?.url).toBe('https://api.infobip.com/whatsapp/1/message/text');
    expect(bodyOf(request)).toEqual({
      from: '971500000000',
      to: '971500000001',
      messageId: 'msg_02',
      content: { text: 'hi' },
    });
  });

  test.each(COMMON)('%s', async (_, result, outcome) => {
    expect((await send(result)).outcome).toMatchObject(outcome);
  });

  test.each([
    ['REJECTED_PREFIX_MISSING', 5, 8, { kind: 'rejected', code: 'prefix-missing' }],
    ['REJECTED_NOT_ENOUGH_CREDITS', 5, 12, { kind: 'not-sent', reason: 'insufficient-credit' }],
    ['REJECTED_FLOODING_FILTER', 5, 20, { kind: 'rejected', code: 'flooding-filter' }],
    ['REJECTED_DUPLICATE_MESSAGE_ID', 5, 23, { kind: 'unknown', reason: 'duplicate-message-id' }],
    ['REJECTED_DESTINATION', 5, 52, { kind: 'rejected', code: 'destination-refused' }],
    ['SIGNALS_BLOCKED, charged', 2, 87, { kind: 'rejected', code: 'blocked-by-signals' }],
    ['SIGNALS_BLOCKED, not charged', 5, 87, { kind: 'rejected', code: 'blocked-by-signals' }],
    ['a rejection nobody knows', 5, 999, { kind: 'rejected', code: 'status-999' }],
    ['UNDELIVERABLE', 2, 9, { kind: 'rejected', code: 'status-9' }],
    ['EXPIRED', 4, 15, { kind: 'rejected', code: 'status-15' }],
    ['DELIVERED', 3, 5, { kind: 'accepted', providerMessageId: 'msg_01' }],
    ['a group nobody knows', 9, 1, { kind: 'unknown', reason: 'answer-status-unexpected' }],
  ])('a 200 that says %s', async (_, groupId, id, outcome) => {
    const got = (await send(answered(groupId, id))).outcome;
    expect(got).toMatchObject(outcome);
    expect(JSON.stringify(got)).not.toContain(CANARY);
  });

  test.each([
    ['no message', response(200, { messages: [] })],
    ['a message without status', response(200, { messages: [{ messageId: 'msg_01' }] })],
    ['a pending message without id', answered(1, 26, null)],
  ])('fails to call a 200 with %s accepted', async (_, result) => {
    expect((await send(result)).outcome).toEqual({ kind: 'unknown', reason: 'answer-unreadable' });
  });

  test.each([
    ['platform form', { errorCode: 'E401', description: CANARY }],
    ['service form', { requestError: { serviceException: { messageId: 'UNAUTHORIZED', text: CANARY } } }],
  ])('401 in the %s is the key’s fault', async (_, body) => {
    expect((await send(response(401, body))).outcome).toEqual({ kind: 'key-refused', reason: 'unauthorized' });
  });

  test('400 is a rejection, without the answer’s text', async () => {
    const { outcome } = await send(response(400, { errorCode: 'E400', description: CANARY }));
    expect(outcome).toEqual({ kind: 'rejected', code: 'http-400', reason: 'the provider refused the request' });
  });

  test.each([
    ['there is no key', null],
    ['the secret is not JSON', new SecretValue(CANARY)],
    ['the key is missing', new SecretValue('{"apiKeyId":"5737"}')],
  ])('fails when %s, without a call', async (_, key) => {
    const { outcome, calls } = await send(answered(1, 26), sms, key);
    expect([outcome, calls]).toEqual([{ kind: 'key-refused', reason: 'credential-malformed' }, 0]);
  });
});

describe('the sending credential of Infobip', () => {
  test('fails when it is malformed, with a named error that does not show it', () => {
    const read = () => infobipKeyOf(new SecretValue(`{"apiKeyId": "x", "apiKey": 7, "y": "${CANARY}"}`));
    expect(read).toThrow(CredentialFormatError);
    expect(read).not.toThrow(new RegExp(CANARY));
  });
});

describe('createInfobipCredentialManager', () => {
  const managing = new SecretValue(JSON.stringify({ username: 'keyroom', password: `${CANARY}:é` }));
  const binding = {
    name: 'keyroom-test-otp-1',
    allowedAddresses: ['203.0.113.10', '203.0.113.11'],
    channels: ['sms', 'whatsapp', 'viber'],
    validUntil: Date.parse('2026-12-31T08:00:00Z'),
  } as const;
  const made = {
    id: '5737',
    apiKeySecret: '0123-abcd',
    enabled: true,
    allowedIPs: ['203.0.113.11', '203.0.113.10'],
    scopeGuids: ['whatsapp:message:send', 'viber-bm:message:send', 'sms:message:send'],
  };

  test('creates a key bound to addresses, scopes and an expiry', async () => {
    const { http, requests } = answering(response(200, made));
    const { value, providerKeyId } = await createInfobipCredentialManager({ http }).create(managing, binding);
    expect([infobipKeyOf(value).apiKey.reveal(), providerKeyId]).toEqual(['0123-abcd', '5737']);
    expect(requests[0]).toMatchObject({ method: 'POST', url: 'https://api.infobip.com/settings/2/api-keys' });
    expect(requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`keyroom:${CANARY}:é`, 'utf8').toString('base64')}`,
    );
    expect(bodyOf(requests[0])).toEqual({
      name: 'keyroom-test-otp-1',
      allowedIPs: ['203.0.113.10', '203.0.113.11'],
      validTo: '2026-12-31T08:00:00',
      scopeGuids: ['sms:message:send', 'whatsapp:message:send', 'viber-bm:message:send'],
    });
  });

  test.each([
    ['the addresses were not copied to the key', { allowedIPs: [] }],
    ['the key has an address more', { allowedIPs: [...made.allowedIPs, '0.0.0.0/0'] }],
    ['the key has another scope', { scopeGuids: ['sms:message:send', 'account-management:manage'] }],
    ['the key has no scopes', { scopeGuids: undefined }],
  ])('fails when %s, and disables it', async (_, change) => {
    const { http, requests } = answering(response(200, { ...made, ...change }));
    const created = createInfobipCredentialManager({ http }).create(managing, binding);
    await expect(created).rejects.toMatchObject({ code: 'key-not-as-requested' });
    expect(requests[1]).toMatchObject({ method: 'PUT', url: 'https://api.infobip.com/settings/2/api-keys/5737' });
    expect(bodyOf(requests[1])).toEqual({ enabled: false });
  });

  test('fails when there are no addresses to bind the key to, without a call', async () => {
    const { http, requests } = answering(response(200, made));
    const created = createInfobipCredentialManager({ http }).create(managing, { ...binding, allowedAddresses: [] });
    await expect(created).rejects.toMatchObject({ code: 'key-not-as-requested' });
    expect(requests).toEqual([]);
  });

  test('lists every page of usable keys, by name and id alone', async () => {
    const pages = [
      { apiKeys: [{ id: '1', name: 'a', enabled: true, apiKeySecret: CANARY }], paging: { totalPages: 2 } },
      {
        apiKeys: [
          { id: '2', name: 'b', enabled: true },
          { id: '3', name: 'c', enabled: false },
        ],
        paging: { totalPages: 2 },
      },
    ];
    const urls: string[] = [];
    const http: HttpCall = ({ url }: HttpRequest) => {
      urls.push(String(url));
      return Promise.resolve(response(200, pages[urls.length - 1]));
    };
    expect(await createInfobipCredentialManager({ http }).listLive(managing)).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ]);
    expect(urls).toEqual(
      [0, 1].map((page) => `https://api.infobip.com/settings/2/api-keys?enabled=true&size=100&page=${page}`),
    );
  });

  test.each([
    ['no list', {}],
    ['something else', { apiKeys: {}, paging: { totalPages: 1 } }],
    ['an unreadable number of pages', { apiKeys: [], paging: { totalPages: 'many' } }],
    ['more pages than there can be', { apiKeys: [], paging: { totalPages: 102 } }],
  ])('fails when the answer holds %s, instead of taking it for the end of the list', async (_, body) => {
    const listed = createInfobipCredentialManager({ http: answering(response(200, body)).http }).listLive(managing);
    await expect(listed).rejects.toMatchObject({ code: 'provider-answer-unreadable' });
  });

  test.each([
    ['no answer comes', { kind: 'no-answer', cause: 'timeout' }, 'provider-unreachable'],
    ['the user is refused', response(401, CANARY), 'managing-credential-refused'],
    ['the day’s 40 are used up', response(429, CANARY), 'provider-key-quota-used-up'],
    ['the answer holds no key', response(200, {}), 'provider-answer-unreadable'],
    ['the request is invalid', response(400, CANARY), 'provider-refused-request'],
  ] as const)('fails when %s', async (_, result, code) => {
    const created = createInfobipCredentialManager({ http: answering(result).http }).create(managing, binding);
    await expect(created).rejects.toMatchObject({ code, message: expect.not.stringContaining(CANARY) as string });
  });

  test('tells a limit on reading from the day’s limit on making keys', async () => {
    const { http } = answering(response(429, {}));
    await expect(createInfobipCredentialManager({ http }).listLive(managing)).rejects.toMatchObject({
      code: 'provider-unreachable',
    });
  });

  test.each([
    ['it is disabled', response(200, made), 'revoked'],
    ['there is none', response(404, {}), 'not-found'],
  ] as const)('revokes a key: %s', async (_, result, outcome) => {
    expect(await createInfobipCredentialManager({ http: answering(result).http }).revoke(managing, '5737')).toBe(
      outcome,
    );
  });

  test.each([
    ['200', ['sms'], response(200, {}), 'ok'],
    ['401', ['sms'], response(401, {}), 'refused'],
    [
      '403 by address',
      ['whatsapp'],
      response(403, 'API key must not be used from IP address 198.51.100.7.'),
      'address-refused',
    ],
    ['403 by scope: a key for WhatsApp alone', ['whatsapp'], response(403, 'Forbidden'), 'ok'],
    ['403 to a key that is for SMS, too', ['whatsapp', 'sms'], response(403, 'Forbidden'), 'lacks-scope'],
    ['429', ['sms'], response(429, {}), 'unreachable'],
    ['no answer', ['sms'], { kind: 'no-answer', cause: 'timeout' }, 'unreachable'],
  ] as const)('checks a key by a preview, which sends nothing: %s', async (_, channels, result, verdict) => {
    const { http, requests } = answering(result);
    expect(await createInfobipCredentialManager({ http }).check(KEY, channels)).toBe(verdict);
    expect(requests[0]?.url).toBe('https://api.infobip.com/sms/1/preview');
  });

  test.each([
    ['200', response(200, { apiKeys: [], paging: { totalPages: 0 } }), 'ok'],
    ['401', response(401, {}), 'refused'],
    ['403: the user may not manage keys', response(403, 'Insufficient permissions'), 'refused'],
    ['403 by address', response(403, 'IP'), 'address-refused'],
    ['500', response(500, {}), 'unreachable'],
  ] as const)('checks the portal user by listing keys: %s', async (_, result, verdict) => {
    expect(await createInfobipCredentialManager({ http: answering(result).http }).checkManaging(managing)).toBe(
      verdict,
    );
  });
});
