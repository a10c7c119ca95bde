import { at, textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { ANY_TEXT, containing, including, textLike } from './support/matchers.ts';

const USER = `Basic ${Buffer.from(`${MANAGING.infobip.username}:${MANAGING.infobip.password}`).toString('base64')}`;
const sms = (messageId: string, to = '41790000000', text = 'Your code') => ({
  messages: [
    {
      sender: 'AcmeCo',
      destinations: [{ to, messageId }],
      content: { text },
      options: { platform: { applicationId: 'proxy-prod', entityId: 'team-a' } },
      webhooks: {
        delivery: { url: 'https://proxy.example/dlr/ib/OPAQUE' },
        contentType: 'application/json',
        callbackData: 'x',
      },
    },
  ],
});
const template = (messageId: string) => ({
  messages: [
    {
      from: '447860099299',
      to: '41790000000',
      messageId,
      content: { templateName: 'otp', templateData: { body: { placeholders: ['123456'] } }, language: 'en' },
    },
  ],
});

const SCOPES = [
  'sms:message:send',
  'whatsapp:message:send',
  'viber-bm:message:send',
  'messages-api:manage',
  'sms:logs:read',
  'viber-bm:logs:read',
];

describe('Infobip messages', () => {
  let infobip: Harness;
  let key: string;
  beforeAll(async () => {
    infobip = await startHarness('infobip');
  });
  beforeEach(async () => {
    await infobip.control('POST', '/reset');
    const json = { name: 'room', scopeGuids: SCOPES };
    const created = await infobip.api('POST', '/settings/2/api-keys', { authorization: USER, json });
    key = `App ${textAt(created.body, 'apiKeySecret')}`;
  });
  afterAll(() => infobip.close());

  const post = (path: string, json: unknown) => infobip.api('POST', path, { authorization: key, json });
  const get = async (path: string) => (await infobip.api('GET', path, { authorization: key })).body;
  const sendSms = (json: unknown) => post('/sms/3/messages', json);

  test('takes an SMS with a status per message', async () => {
    const { status, body } = await sendSms(sms('req-01H'));
    expect(status).toBe(200);
    expect(body).toEqual({
      bulkId: ANY_TEXT,
      messages: [
        {
          messageId: 'req-01H',
          destination: '41790000000',
          status: including({ groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED' }),
          details: { messageCount: 1 },
        },
      ],
    });
    const [{ id }] = (await infobip.control('GET', '/credentials')) as [{ id: string }];
    expect(await infobip.control('GET', '/messages')).toEqual([
      {
        id: 'req-01H',
        channel: 'sms',
        to: '41790000000',
        from: 'AcmeCo',
        text: 'Your code',
        credentialId: id,
        sourceAddress: textLike(/^203\.0\.113\.1[01]$/),
        acceptedAt: textLike(/Z$/),
      },
    ]);
  });

  test('refuses a repeated messageId with status 23 and takes it once', async () => {
    await sendSms(sms('req-01H'));
    const { status, body } = await sendSms(sms('req-01H'));
    expect(status).toBe(200);
    expect(at(body, 'messages', 0, 'status')).toMatchObject({ groupName: 'REJECTED', id: 23 });
    expect(await infobip.control('GET', '/messages')).toHaveLength(1);
  });

  test.each([
    ['the prefix is missing', sms('m', '0790000000'), 8],
    ['the number cannot be', sms('m', '41790'), 52],
  ])('refuses a message inside a 200 when %s', async (_case, json, id) => {
    const { status, body } = await sendSms(json);
    expect([status, at(body, 'messages', 0, 'status', 'id')]).toEqual([200, id]);
    expect(await infobip.control('GET', '/messages')).toEqual([]);
  });

  test('refuses when the account cannot pay', async () => {
    await infobip.control('POST', '/account', { balanceMicros: 40_000 });
    const ids = [];
    for (const name of ['a', 'b']) ids.push(at((await sendSms(sms(name))).body, 'messages', 0, 'status', 'id'));
    expect(ids).toEqual([26, 12]);
  });

  test('filters floods when told to', async () => {
    await infobip.control('POST', '/account', { floodingIdentical: 1, floodingVaried: 2 });
    const send = async (id: string, text: string) =>
      at((await sendSms(sms(id, '41790000000', text))).body, 'messages', 0, 'status', 'id');
    expect([await send('1', 'a'), await send('2', 'a'), await send('3', 'b'), await send('4', 'c')]).toEqual([
      26, 20, 26, 20,
    ]);
  });

  test('takes a WhatsApp template and WhatsApp text', async () => {
    const sent = await post('/whatsapp/1/message/template', template('wa-1'));
    expect(sent.body).toEqual({
      bulkId: ANY_TEXT,
      messages: [{ to: '41790000000', messageCount: 1, messageId: 'wa-1', status: including({ id: 7 }) }],
    });
    const free = { from: '447860099299', to: '41790000000', messageId: 'wa-2', content: { text: 'hi' } };
    expect((await post('/whatsapp/1/message/text', free)).body).toMatchObject({ messageId: 'wa-2', messageCount: 1 });
    expect(await infobip.control('GET', '/messages')).toMatchObject([{ text: 'otp[123456]' }, { text: 'hi' }]);
  });

  const viber = (change: object = {}) => ({
    messages: [
      {
        sender: 'AcmeCo',
        destinations: [{ to: '41790000000', messageId: 'vb-1' }],
        content: { type: 'TEXT', text: 'Order shipped' },
        options: { label: 'TRANSACTIONAL' },
        ...change,
      },
    ],
  });

  test('takes a Viber text and shows it in the logs of that channel alone', async () => {
    expect((await post('/viber/2/messages', viber())).body).toEqual({
      bulkId: ANY_TEXT,
      messages: [{ messageId: 'vb-1', destination: '41790000000', status: including({ id: 26 }) }],
    });
    expect(await infobip.control('GET', '/messages')).toMatchObject([{ channel: 'viber', text: 'Order shipped' }]);
    const ids = async (path: string) => at(await get(path), 'results', 0, 'messageId');
    expect([await ids('/viber/2/logs?messageId=vb-1'), await ids('/sms/3/logs')]).toEqual(['vb-1', undefined]);
    await infobip.control('POST', '/clock', { advanceSeconds: 3 });
    expect([await ids('/viber/2/reports'), await ids('/viber/2/reports')]).toEqual(['vb-1', undefined]);
  });

  test.each([
    ['a text of 1001 characters', { content: { type: 'TEXT', text: 'a'.repeat(1001) } }],
    ['a label that is none', { options: { label: 'OTP' } }],
    ['no sender', { sender: undefined }],
  ])('fails to send %s over Viber', async (_what, change) => {
    expect((await post('/viber/2/messages', viber(change))).status).toBe(400);
  });

  test('sends over any channel through one interface, and reports each message once', async () => {
    const over = (channel: string, messageId: string) => ({
      channel,
      sender: '447860099299',
      destinations: [{ to: '41790000000', messageId }],
      content: { body: { type: 'TEXT', text: 'hi' } },
    });
    const json = { messages: [over('SMS', 'a'), over('WHATSAPP', 'b'), over('VIBER_BM', 'c')] };
    expect((await post('/messages-api/1/messages', json)).status).toBe(200);
    expect(await infobip.control('GET', '/messages')).toMatchObject([
      { id: 'a', channel: 'sms' },
      { id: 'b', channel: 'whatsapp' },
      { id: 'c', channel: 'viber' },
    ]);
    await infobip.control('POST', '/clock', { advanceSeconds: 3 });
    const path = '/messages-api/1/reports?channel=WHATSAPP';
    expect(await get(path)).toMatchObject({
      results: [{ messageId: 'b', channel: 'WHATSAPP', destination: '41790000000' }],
    });
    expect(await get(path)).toEqual({ results: [] });
    expect((await post('/messages-api/1/messages', { messages: [over('PIGEON', 'd')] })).status).toBe(400);
  });

  test('pages through logs with a cursor', async () => {
    for (const id of ['a', 'b', 'c']) await sendSms(sms(id));
    const first = await get('/sms/3/logs?useCursor=true&limit=2');
    expect(first).toMatchObject({ results: [{ messageId: 'c' }, { messageId: 'b' }], cursor: { limit: 2 } });
    const cursor = textAt(first, 'cursor', 'nextCursor');
    const rest = await get(`/sms/3/logs?useCursor=true&limit=2&cursor=${cursor}`);
    expect(rest).toMatchObject({ results: [{ messageId: 'a' }] });
    expect(at(rest, 'cursor', 'nextCursor')).toBeUndefined();
  });

  test('previews without sending', async () => {
    const { body } = await post('/sms/1/preview', { text: 'a'.repeat(161) });
    expect(body).toMatchObject({ previews: [{ messageCount: 2 }] });
    expect(await infobip.control('GET', '/messages')).toEqual([]);
  });

  test('answers a malformed SMS in the platform’s form, with each violation', async () => {
    const { status, body } = await sendSms({ messages: [{ destinations: [{}], content: { text: 'x' }, from: 'y' }] });
    expect(status).toBe(400);
    expect(body).toEqual({
      errorCode: 'E400',
      description: ANY_TEXT,
      action: ANY_TEXT,
      violations: containing([
        { property: 'messages[0].destinations[0].to', violation: 'is required' },
        { property: 'messages[0].from', violation: 'is not known' },
      ]),
      resources: [],
    });
  });

  test('fails when a text needs more than 25 parts', async () => {
    const text = 'a'.repeat(25 * 153);
    expect((await sendSms(sms('long', '41790000000', text))).body).toMatchObject({
      messages: [{ details: { messageCount: 25 } }],
    });
    expect((await sendSms(sms('longer', '41790000000', `${text}a`))).status).toBe(400);
  });

  test('answers a malformed WhatsApp message in the older form', async () => {
    const { status, body } = await post('/whatsapp/1/message/template', { messages: [{ to: '41790000000' }] });
    expect(status).toBe(400);
    expect(at(body, 'requestError', 'serviceException')).toMatchObject({
      messageId: 'BAD_REQUEST',
      validationErrors: { 'messages[0].from': ['is required'] },
    });
  });

  test('fails when the body is not JSON, the key is bad, the path or the method unknown', async () => {
    const authorization = key;
    const statuses = await Promise.all([
      infobip.api('POST', '/sms/3/messages', { authorization, raw: { type: 'application/json', body: '{' } }),
      infobip.api('POST', '/sms/3/messages', { authorization, raw: { type: 'text/plain', body: '{}' } }),
      infobip.api('POST', '/sms/3/messages', { authorization: 'App nothing', json: sms('x') }),
      infobip.api('POST', '/sms/4/messages', { authorization, json: sms('x') }),
      infobip.api('PUT', '/sms/3/messages', { authorization, json: sms('x') }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([400, 415, 401, 404, 405]);
  });

  test('shows logs as often as asked, newest first, by id, for 48 hours', async () => {
    await sendSms(sms('a'));
    await infobip.control('POST', '/clock', { advanceSeconds: 1 });
    await sendSms(sms('b'));
    const ids = async (query: string) =>
      ((await get(`/sms/3/logs${query}`)) as { results: { messageId: string }[] }).results.map(
        ({ messageId }) => messageId,
      );
    expect(await ids('')).toEqual(['b', 'a']);
    expect(await ids('?messageId=a')).toEqual(['a']);
    expect(await ids('?messageId=a')).toEqual(['a']);
    expect(await ids('?limit=1')).toEqual(['b']);
    expect(await get('/sms/3/logs?messageId=a')).toMatchObject({
      results: [{ status: { name: 'PENDING_ACCEPTED' }, messageCount: 1, platform: { applicationId: 'proxy-prod' } }],
    });
    await infobip.control('POST', '/clock', { advanceSeconds: 48 * 3600 + 1 });
    expect(await ids('')).toEqual([]);
  });

  test('reports every finished message once', async () => {
    await infobip.control('POST', '/account', { outcomes: { '41790000001': 'UNDELIVERABLE_NOT_DELIVERED' } });
    await sendSms(sms('a'));
    await sendSms(sms('b', '41790000001'));
    expect(await get('/sms/3/reports')).toEqual({ results: [] });
    await infobip.control('POST', '/clock', { advanceSeconds: 3 });
    expect(await get('/sms/3/reports?messageId=a')).toMatchObject({
      results: [{ messageId: 'a', status: { groupName: 'DELIVERED' }, callbackData: 'x', price: { currency: 'EUR' } }],
    });
    expect(await get('/sms/3/reports')).toMatchObject({
      results: [{ messageId: 'b', status: { name: 'UNDELIVERABLE_NOT_DELIVERED' } }],
    });
    expect(await get('/sms/3/reports')).toEqual({ results: [] });
  });
});
