import { at, textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { ANY_TEXT, textLike } from './support/matchers.ts';

const LOGIN = '/auth/v1/login/application';
const SMS = {
  messages: [
    {
      channel: 'sms',
      recipients: ['+971500000001'],
      content: 'Your code is 123456',
      msg_type: 'text',
      data_coding: 'auto',
    },
  ],
  message_globals: {
    originator: 'AcmeCo',
    report_url: 'https://proxy.example/dlr/d7/OPAQUE',
    schedule_time: null,
    tag: 'req-01H',
  },
};
const WHATSAPP = {
  messages: [
    {
      originator: '+971500000000',
      recipients: [
        { recipient: '+971500000001', recipient_type: 'individual', cust_ref: 'req-01H', message_tag1: 't1' },
      ],
      content: {
        message_type: 'TEMPLATE',
        template: { template_id: 'otp_v1', language: 'en', body_parameter_values: { '0': '123456' } },
      },
      report_url: 'https://proxy.example/dlr/d7/OPAQUE',
    },
  ],
};

const VIBER = {
  messages: [{ channel: 'viber', recipients: ['+971500000001'], content: 'Order shipped', label: 'TRANSACTION' }],
  message_globals: { originator: 'AcmeCo', call_back_url: 'https://proxy.example/dlr/d7/OPAQUE' },
};

describe('D7', () => {
  let d7: Harness;
  beforeAll(async () => {
    d7 = await startHarness('d7');
  });
  beforeEach(() => d7.control('POST', '/reset'));
  afterAll(() => d7.close());

  const login = (client_id: string = MANAGING.d7.clientId, client_secret: string = MANAGING.d7.clientSecret) =>
    d7.api('POST', LOGIN, { form: { client_id, client_secret } });
  const mint = async (): Promise<string> => `Bearer ${textAt((await login()).body, 'access_token')}`;
  const send = async (json: unknown = SMS, path = '/messages/v1/send') =>
    d7.api('POST', path, { authorization: await mint(), json });
  const balance = (authorization?: string) =>
    d7.api('GET', '/messages/v1/balance', authorization === undefined ? {} : { authorization });

  describe('login', () => {
    test('mints a bearer token whose expiry can be read', async () => {
      const { status, body } = await login();
      expect(status).toBe(200);
      expect(body).toEqual({ access_token: ANY_TEXT, token_type: 'bearer' });
      const [header, payload] = textAt(body, 'access_token').split('.');
      expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
      const claims: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
      expect(Number(at(claims, 'exp')) - Number(at(claims, 'iat'))).toBe(86_400);
    });

    test('takes a multipart form too', async () => {
      const part = (name: string, value: string) =>
        `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
      const { clientId, clientSecret } = MANAGING.d7;
      const body = `${part('client_id', clientId)}${part('client_secret', clientSecret)}--b--\r\n`;
      const answer = await d7.api('POST', LOGIN, { raw: { type: 'multipart/form-data; boundary=b', body } });
      expect(answer.status).toBe(200);
    });

    test('keeps earlier tokens alive', async () => {
      const [first, second] = [await mint(), await mint()];
      expect(first).not.toBe(second);
      expect((await balance(first)).status).toBe(200);
      expect((await balance(second)).status).toBe(200);
    });

    test.each([
      ['the client is unknown', 'nobody', MANAGING.d7.clientSecret, 'APPLICATION_NOT_EXISTS'],
      ['the secret is wrong', MANAGING.d7.clientId, 'guessed', 'INVALID_APPLICATION_CREDENTIALS'],
    ])('fails when %s', async (_case, clientId, clientSecret, code) => {
      const { status, body } = await login(clientId, clientSecret);
      expect([status, at(body, 'detail', 'code')]).toEqual([401, code]);
    });

    test('fails when a field is missing, and when the body is JSON', async () => {
      const { status, body } = await d7.api('POST', LOGIN, { form: { client_id: 'x' } });
      expect(status).toBe(422);
      expect(body).toEqual({
        detail: [{ loc: ['body', 'client_secret'], msg: 'field required', type: 'value_error.missing' }],
      });
      const { clientId: client_id, clientSecret: client_secret } = MANAGING.d7;
      expect((await d7.api('POST', LOGIN, { json: { client_id, client_secret } })).status).toBe(422);
    });
  });

  describe('token', () => {
    test.each([
      ['no token', undefined],
      ['something else', 'Bearer abc'],
      ['another scheme', 'Basic abc'],
    ])('fails when there is %s', async (_case, authorization) => {
      const { status, body } = await balance(authorization);
      expect([status, at(body, 'detail', 'code')]).toEqual([401, 'ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED']);
    });

    test('fails when the claims were changed after signing', async () => {
      const [header, payload, signature] = (await mint()).split('.');
      const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<string, unknown>;
      const forged = Buffer.from(JSON.stringify({ ...claims, exp: 4_000_000_000 })).toString('base64url');
      expect((await balance(`${header ?? ''}.${forged}.${signature ?? ''}`)).status).toBe(401);
    });

    test('expires with its lifetime', async () => {
      await d7.control('POST', '/account', { tokenLifetimeSeconds: 60 });
      const token = await mint();
      await d7.control('POST', '/clock', { advanceSeconds: 58 });
      expect((await balance(token)).status).toBe(200);
      await d7.control('POST', '/clock', { advanceSeconds: 3 });
      expect(at((await balance(token)).body, 'detail', 'code')).toBe('ACCESS_TOKEN_EXPIRED');
      expect(await d7.control('GET', '/credentials')).toMatchObject([{ state: 'expired' }]);
    });

    test('dies with its application, and with nothing else', async () => {
      const [first, second] = [await mint(), await mint()];
      await d7.control('POST', '/account', { addApplication: { clientId: 'b', clientSecret: 'b-secret' } });
      const other = `Bearer ${textAt((await login('b', 'b-secret')).body, 'access_token')}`;
      await d7.control('POST', '/account', { deleteApplication: MANAGING.d7.clientId });
      for (const dead of [first, second]) {
        expect(at((await balance(dead)).body, 'detail', 'code')).toBe('APPLICATION_NOT_EXISTS');
      }
      expect((await balance(other)).status).toBe(200);
      expect(await d7.control('GET', '/credentials')).toMatchObject([
        { state: 'disabled' },
        { state: 'disabled' },
        { state: 'active', label: 'b' },
      ]);
    });

    test('takes effect, and is lost, after the propagation delay', async () => {
      await d7.control('POST', '/account', { propagationSeconds: 30 });
      const token = await mint();
      expect((await balance(token)).status).toBe(401);
      await d7.control('POST', '/clock', { advanceSeconds: 31 });
      expect((await balance(token)).status).toBe(200);
      await d7.control('POST', '/account', { deleteApplication: MANAGING.d7.clientId });
      expect((await balance(token)).status).toBe(200);
      await d7.control('POST', '/clock', { advanceSeconds: 31 });
      expect((await balance(token)).status).toBe(401);
    });
  });

  describe('send', () => {
    test('takes an SMS, charges it and reports it', async () => {
      const before = Number(at((await balance(await mint())).body, 'balance'));
      const { status, body } = await send();
      expect(status).toBe(200);
      expect(body).toEqual({
        request_id: ANY_TEXT,
        status: 'accepted',
        created_at: textLike(/^\d{4}-.*Z$/),
      });
      expect(Number(at((await balance(await mint())).body, 'balance'))).toBeCloseTo(before - 0.035);
      const report = async () =>
        (await d7.api('GET', `/report/v1/message-log/${textAt(body, 'request_id')}`, { authorization: await mint() }))
          .body;
      expect(at(await report(), 'messages', 0, 'status')).toBe('accepted');
      await d7.control('POST', '/clock', { advanceSeconds: 3 });
      expect(await report()).toEqual({
        request_id: textAt(body, 'request_id'),
        total_recipients: 1,
        channel: 'sms',
        messages: [
          {
            msg_id: ANY_TEXT,
            country: 'AE',
            recipient: '+971500000001',
            status: 'delivered',
            number_of_sms: 1,
            sms_cost: 0.035,
            schedule_time: null,
          },
        ],
      });
    });

    test('counts parts by encoding', async () => {
      const [first] = SMS.messages;
      const parts = async (message: object) => {
        const { body } = await send({ ...SMS, messages: [{ ...first, ...message }] });
        const path = `/report/v1/message-log/${textAt(body, 'request_id')}`;
        return at((await d7.api('GET', path, { authorization: await mint() })).body, 'messages', 0, 'number_of_sms');
      };
      expect(await parts({ content: 'a'.repeat(161) })).toBe(2);
      expect(await parts({ content: 'a'.repeat(71), data_coding: 'unicode' })).toBe(2);
    });

    test('takes a WhatsApp template and returns the references in its report', async () => {
      const { status, body } = await send(WHATSAPP, '/whatsapp/v2/send');
      expect(status).toBe(200);
      expect(await d7.control('GET', '/messages')).toMatchObject([
        { channel: 'whatsapp', to: '+971500000001', from: '+971500000000', text: 'otp_v1[123456]' },
      ]);
      const path = `/whatsapp/v2/report/${textAt(body, 'request_id')}`;
      const report = await d7.api('GET', path, { authorization: await mint() });
      expect(report.body).toMatchObject({
        messages: [{ template_id: 'otp_v1', reference: { cust_ref: 'req-01H', message_tag1: 't1' } }],
      });
    });

    test('takes WhatsApp text', async () => {
      const [first] = WHATSAPP.messages;
      const text = { messages: [{ ...first, content: { message_type: 'TEXT', text: { body: 'hi' } } }] };
      expect((await send(text, '/whatsapp/v2/send')).status).toBe(200);
    });

    test('takes a Viber text, charges it and reports it', async () => {
      const { body } = await send(VIBER, '/viber/v1/send');
      expect(await d7.control('GET', '/messages')).toMatchObject([
        { channel: 'viber', to: '+971500000001', from: 'AcmeCo', text: 'Order shipped' },
      ]);
      await d7.control('POST', '/clock', { advanceSeconds: 3 });
      const get = async (path: string) => d7.api('GET', path, { authorization: await mint() });
      const id = textAt(body, 'request_id');
      expect((await get(`/report/v1/viber-log/${id}`)).body).toEqual({
        request_id: id,
        total_recipients: 1,
        channel: 'viber',
        messages: [
          {
            msg_id: ANY_TEXT,
            country: 'AE',
            recipient: '+971500000001',
            status: 'delivered',
            number_of_viber_message: 1,
            viber_cost: 0.035,
            schedule_time: null,
          },
        ],
      });
      expect((await get(`/report/v1/message-log/${id}`)).status).toBe(404);
    });

    test.each([
      ['a text of 1001 characters', { content: 'a'.repeat(1001) }, 'content'],
      ['a label that is none', { label: 'OTP' }, 'label'],
      ['a picture', { image: 'https://example.com/a.png' }, 'image'],
    ])('fails to send %s over Viber', async (_what, change, field) => {
      const { status, body } = await send({ messages: [{ ...VIBER.messages[0], ...change }] }, '/viber/v1/send');
      expect([status, at(body, 'detail', 0, 'loc', 3)]).toEqual([422, field]);
    });

    test('tells the price of a part in one country and in all', async () => {
      const get = async (path: string) => (await d7.api('GET', path, { authorization: await mint() })).body;
      expect(await get('/messages/v1/sms/pricing?country_iso=AE')).toEqual({ AE: 0.035 });
      expect(await get('/messages/v1/sms/pricing')).toMatchObject({ AE: 0.035, DE: 0.035 });
    });

    test('reports the outcome a test asked for', async () => {
      await d7.control('POST', '/account', { outcomes: { '+971500000001': 'spam_content' }, deliverySeconds: 0 });
      const { body } = await send();
      const path = `/report/v1/message-log/${textAt(body, 'request_id')}`;
      const report = await d7.api('GET', path, { authorization: await mint() });
      expect(at(report.body, 'messages', 0, 'status')).toBe('spam_content');
    });

    const [sms] = SMS.messages;
    test.each<[string, unknown, unknown[], string]>([
      ['a field is unknown', { ...SMS, extra: 1 }, ['body', 'extra'], 'value_error.extra'],
      ['there is no message', { messages: [] }, ['body', 'messages'], 'value_error'],
      [
        'the channel is another',
        { messages: [{ ...sms, channel: 'fax' }] },
        ['body', 'messages', 0, 'channel'],
        'type_error.enum',
      ],
      [
        'the recipient is no number',
        { messages: [{ ...sms, recipients: ['x'] }] },
        ['body', 'messages', 0, 'recipients', 0],
        'value_error',
      ],
      [
        'the text is a number',
        { messages: [{ ...sms, content: 5 }] },
        ['body', 'messages', 0, 'content'],
        'type_error',
      ],
      [
        'the text is endless',
        { messages: [{ ...sms, content: 'a'.repeat(10_001) }] },
        ['body', 'messages', 0, 'content'],
        'value_error',
      ],
      ['there is no originator', { messages: [sms] }, ['body', 'messages', 0, 'originator'], 'value_error.missing'],
      [
        'the originator is too long',
        { ...SMS, message_globals: { originator: 'TwelveLetter' } },
        ['body', 'message_globals', 'originator'],
        'value_error',
      ],
    ])('fails when %s', async (_case, json, loc, type) => {
      const { status, body } = await send(json);
      expect(status).toBe(422);
      expect(at(body, 'detail')).toContainEqual({ loc, msg: ANY_TEXT, type });
      expect(await d7.control('GET', '/messages')).toEqual([]);
    });

    test('fails when the body is not JSON', async () => {
      const authorization = await mint();
      const raw = { type: 'application/json', body: '{' };
      expect((await d7.api('POST', '/messages/v1/send', { authorization, raw })).status).toBe(422);
    });

    test('fails when a template is announced and text is given', async () => {
      const [first] = WHATSAPP.messages;
      const json = { messages: [{ ...first, content: { message_type: 'TEMPLATE', text: { body: 'hi' } } }] };
      expect((await send(json, '/whatsapp/v2/send')).status).toBe(422);
    });

    test('fails when the account cannot pay, and takes nothing', async () => {
      await d7.control('POST', '/account', { balanceMicros: 34_999 });
      expect((await send()).status).toBe(402);
      expect(await d7.control('GET', '/messages')).toEqual([]);
    });

    test('fails when nobody knows the request or the path', async () => {
      const authorization = await mint();
      const get = async (path: string) => {
        const { status, body } = await d7.api('GET', path, { authorization });
        return [status, at(body, 'detail', 'code') ?? at(body, 'detail')];
      };
      expect(await get('/report/v1/message-log/none')).toEqual([404, 'MESSAGE_LOG_NOT_EXISTS']);
      expect(await get('/whatsapp/v2/report/none')).toEqual([404, 'WHATSAPP_LOG_NOT_EXISTS']);
      expect(await get('/report/v1/viber-log/none')).toEqual([404, 'VIBER_LOG_NOT_EXISTS']);
      expect(await get('/nowhere')).toEqual([404, 'Not Found']);
      expect(await get('/messages/v1/send')).toEqual([405, 'Method Not Allowed']);
    });

    test('fails when the rate is above the limit', async () => {
      const authorization = await mint();
      await d7.control('POST', '/account', { requestsPerSecond: 0 });
      expect((await balance(authorization)).status).toBe(429);
    });
  });
});
