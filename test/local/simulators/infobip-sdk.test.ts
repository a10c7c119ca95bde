import { globalAgent } from 'node:https';
import { AuthType, Infobip } from '@infobip-api/sdk';
import { textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { including } from './support/matchers.ts';

const USER = `Basic ${Buffer.from(`${MANAGING.infobip.username}:${MANAGING.infobip.password}`).toString('base64')}`;
const TO = '41790000000';
const FROM = '447860099299';

/** What a call of the SDK comes to: it returns an error instead of throwing it. */
interface Returned {
  readonly status?: number;
  readonly data?: unknown;
  readonly response?: { readonly status: number; readonly data: unknown };
}
interface Channels {
  readonly sms: {
    send(message: object): Promise<Returned>;
    preview(message: object): Promise<Returned>;
    readonly logs: { get(filter: object): Promise<Returned> };
    readonly reports: { get(filter: object): Promise<Returned> };
  };
  readonly whatsapp: { send(message: object): Promise<Returned> };
}

/** The SDK types its channels as `any`, and what it is given as a class that nobody can make. */
const Sdk = Infobip as unknown as new (options: object) => { readonly channels: Channels };

/**
 * Code of Infobip's own SDK for Node drives the simulator.
 *
 * It is two generations old: SMS go through `/sms/2/text/advanced` and are read under `/sms/1`, and it has no keys, no
 * balance, no Viber and no `/sms/3`. Its other calls (email, 2FA, bulks, media) are none that Keyroom makes, and the
 * simulator does not answer them.
 */
describe('Infobip’s SDK for Node', () => {
  let infobip: Harness;
  const trusted = globalAgent.options.ca;
  beforeAll(async () => {
    infobip = await startHarness('infobip');
    globalAgent.options.ca = infobip.ca;
  });
  beforeEach(() => infobip.control('POST', '/reset', { deliverySeconds: 0 }));
  afterAll(async () => {
    globalAgent.options.ca = trusted;
    await infobip.close();
  });

  const as = (apiKey: string) => new Sdk({ baseUrl: infobip.baseUrl, apiKey, authType: AuthType.ApiKey }).channels;
  const withScopes = async (...scopeGuids: readonly string[]) => {
    const json = { name: 'sdk', scopeGuids };
    const { body } = await infobip.api('POST', '/settings/2/api-keys', { authorization: USER, json });
    return as(textAt(body, 'apiKeySecret'));
  };
  const sms = (messageId: string) => ({
    type: 'text',
    messages: [{ from: 'AcmeCo', destinations: [{ to: TO, messageId }], text: 'Your code is 123456' }],
  });

  test('sends an SMS and reads its log again and again, and its report once', async () => {
    const { sms: api } = await withScopes('sms:message:send', 'sms:logs:read');
    const sent = await api.send(sms('a'));
    expect([sent.status, sent.data]).toEqual([
      200,
      including({ messages: [including({ messageId: 'a', to: TO, smsCount: 1 })] }),
    ]);
    for (const read of ['first', 'second']) {
      const log = await api.logs.get({ messageId: 'a' });
      expect([read, log.data]).toEqual([
        read,
        { results: [including({ messageId: 'a', from: 'AcmeCo', to: TO, text: 'Your code is 123456', smsCount: 1 })] },
      ]);
    }
    expect((await api.reports.get({})).data).toEqual({ results: [including({ messageId: 'a', to: TO })] });
    expect((await api.reports.get({})).data).toEqual({ results: [] });
    expect(await infobip.control('GET', '/messages')).toMatchObject([{ id: 'a', channel: 'sms' }]);
  });

  test('previews an SMS', async () => {
    const { sms: api } = await withScopes('sms:message:send');
    expect((await api.preview({ text: 'a'.repeat(161) })).data).toMatchObject({ previews: [{ messageCount: 2 }] });
  });

  test('sends a WhatsApp text and a template', async () => {
    const { whatsapp } = await withScopes('whatsapp:message:send');
    const text = await whatsapp.send({ type: 'text', from: FROM, to: TO, messageId: 'b', content: { text: 'hi' } });
    const content = { templateName: 'otp', templateData: { body: { placeholders: ['123456'] } }, language: 'en' };
    const template = await whatsapp.send({
      type: 'template',
      messages: [{ from: FROM, to: TO, messageId: 'c', content }],
    });
    expect([text.status, template.status]).toEqual([200, 200]);
    expect(await infobip.control('GET', '/messages')).toMatchObject([
      { id: 'b', channel: 'whatsapp', text: 'hi' },
      { id: 'c', channel: 'whatsapp', text: 'otp[123456]' },
    ]);
  });

  test('returns each refusal instead of throwing it', async () => {
    const poor = await withScopes('whatsapp:message:send');
    const refused = [
      await as('nothing').sms.send(sms('x')),
      await poor.sms.send(sms('x')),
      await poor.sms.logs.get({}),
    ];
    expect(refused.map(({ response }) => response?.status)).toEqual([401, 403, 403]);
    expect(refused[0]?.response?.data).toMatchObject({
      requestError: { serviceException: { messageId: 'UNAUTHORIZED' } },
    });
    expect(await infobip.control('GET', '/messages')).toEqual([]);
  });
});
