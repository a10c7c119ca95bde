import { textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { ANY_TEXT, including } from './support/matchers.ts';
import { driveWith } from './support/python-client.ts';

const { clientId, clientSecret } = MANAGING.d7;
const MONEY = 1_000_000;

/** Code of D7's own client for Python drives the simulator; what no client of D7's covers, its documented examples do. */
describe('D7', () => {
  let d7: Harness;
  beforeAll(async () => {
    d7 = await startHarness('d7');
  });
  beforeEach(() => d7.control('POST', '/reset', { deliverySeconds: 0, balanceMicros: MONEY }));
  afterAll(() => d7.close());

  const login = () =>
    d7.api('POST', '/auth/v1/login/application', { form: { client_id: clientId, client_secret: clientSecret } });
  const token = async () => textAt((await login()).body, 'access_token');

  test('its Python client sends, asks for each status, and knows each refusal', async () => {
    const accepted = 'accepted';
    const delivered = ['+971500000001', 'delivered'];
    expect(await driveWith('d7_client.py', d7, await token())).toEqual({
      'sms: send to two': accepted,
      'sms: status': [delivered, ['+971500000002', 'delivered']],
      'viber: send': accepted,
      'viber: status': [delivered],
      'whatsapp: send a text': accepted,
      'whatsapp: send a template': accepted,
      'whatsapp: status': 'NotFoundError',
      'refused: a bad token': 'AuthenticationError',
      'refused: a recipient that is none': 'ValidationError',
      'refused: an id nobody knows': 'NotFoundError',
      'refused: nobody can pay': 'InsufficientCreditError',
    });
    expect(await d7.control('GET', '/messages')).toMatchObject([
      { channel: 'sms', to: '+971500000001', from: 'SignOTP' },
      { channel: 'sms', to: '+971500000002' },
      { channel: 'viber', from: 'INFO2WAY', text: 'Greetings from D7 API' },
      { channel: 'whatsapp', text: 'Greetings from D7 API' },
      { channel: 'whatsapp', text: 'otp_v1[123456]' },
    ]);
  }, 90_000);

  test('mints a token: https://d7networks.com/docs/Authentication/Generate-Token', async () => {
    expect(await login()).toMatchObject({ status: 200, body: { access_token: ANY_TEXT, token_type: 'bearer' } });
  });

  test.each([
    ['https://d7networks.com/docs/Pricing/SMS/', '/messages/v1/sms/pricing', including({ AL: 0.035, DE: 0.035 })],
    ['https://d7networks.com/docs/Pricing/SMS/', '/messages/v1/sms/pricing?country_iso=AE', { AE: 0.035 }],
    ['https://d7networks.com/docs/Pricing/SMS/', '/messages/v1/balance', { balance: MONEY / 1e6 }],
  ])('answers the example of %s: GET %s', async (_source, path, body) => {
    expect(await d7.api('GET', path, { authorization: `Bearer ${await token()}` })).toMatchObject({
      status: 200,
      body,
    });
  });

  test('answers the example of https://d7networks.com/docs/Whatsapp/Get-Status/', async () => {
    const authorization = `Bearer ${await token()}`;
    const content = { message_type: 'TEXT', text: { body: 'hi' } };
    const recipients = [{ recipient: '+971500000001', recipient_type: 'individual', cust_ref: 'customerRef' }];
    const json = { messages: [{ originator: '+971500000000', recipients, content }] };
    const sent = await d7.api('POST', '/whatsapp/v2/send', { authorization, json });
    const id = textAt(sent.body, 'request_id');
    expect((await d7.api('GET', `/whatsapp/v2/report/${id}`, { authorization })).body).toMatchObject({
      request_id: id,
      messages: [
        {
          originator: '+971500000000',
          recipient: '+971500000001',
          reference: { cust_ref: 'customerRef' },
          message_type: 'TEXT',
          status: 'delivered',
        },
      ],
      request_stage: 'processed',
      schedule_time: null,
    });
  });
});
