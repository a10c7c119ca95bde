import { inboundFormat } from '../../../lambda/providers/inbound.ts';
import { createSimulatedClock } from '../../../local/simulators/clock.ts';
import { createD7 } from '../../../local/simulators/d7/provider.ts';
import { SIMULATED_PROVIDERS } from '../../../local/simulators/start.ts';

const FORM = 'application/x-www-form-urlencoded';
const read = (provider: string, body: string | object, contentType = 'application/json') =>
  inboundFormat(provider)!.read({
    bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    contentType,
  });
const SID = `SM${'0'.repeat(31)}1`;

describe('what people write, as providers document it', () => {
  const form = (fields: Record<string, string>) => read('twilio', new URLSearchParams(fields).toString(), FORM);
  const sms = { MessageSid: SID, From: '+14155550100', To: '+15017122661', Body: 'Ahoy!', NumMedia: '0' };

  test('Twilio: an SMS, and a message on WhatsApp', async () => {
    const [told] = await form(sms);
    expect(told).toEqual({
      providerMessageId: SID,
      from: '+14155550100',
      to: '+15017122661',
      channel: 'sms',
      text: 'Ahoy!',
    });
    const whatsapp = await form({
      ...sms,
      From: 'whatsapp:+14155550100',
      To: 'whatsapp:+15017122661',
      WaId: '14155550100',
    });
    expect(whatsapp).toEqual([{ ...told, channel: 'whatsapp' }]);
  });

  test.each([
    ['STOP', 'stop'],
    ['START', 'start'],
    ['HELP', 'help'],
    ['toString', undefined],
  ])('Twilio: OptOutType %s', async (OptOutType, keyword) => {
    const [told] = await form({ ...sms, Body: 'Basta', OptOutType });
    expect(told?.keyword).toBe(keyword);
  });

  test('Infobip: an SMS as MO_JSON_2', async () => {
    const result = {
      messageId: '817790313235066447',
      from: '385916242493',
      to: '385921004026',
      text: 'QUIZ Correct answer is Paris',
      cleanText: 'Correct answer is Paris',
      keyword: 'QUIZ',
      receivedAt: '2016-10-06T09:28:39.220+0000',
      smsCount: 1,
      price: { pricePerMessage: 0, currency: 'EUR' },
      callbackData: 'callbackData',
    };
    expect(await read('infobip', { results: [result], messageCount: 1, pendingMessageCount: 0 })).toEqual([
      {
        providerMessageId: '817790313235066447',
        from: '+385916242493',
        to: '+385921004026',
        channel: 'sms',
        text: 'QUIZ Correct answer is Paris',
      },
    ]);
  });

  test('Infobip: a message on WhatsApp as MO_OTT_CONTACT, and one that is no text', async () => {
    const result = {
      from: '385919998888',
      to: '1234',
      integrationType: 'WHATSAPP',
      receivedAt: '2019-07-19T11:23:26.998+0000',
      messageId: 'ABEGOFl3VCQoAhBalbc6rTQT6mgS29EmGZ7a',
      pairedMessageId: null,
      callbackData: null,
      message: { type: 'TEXT', text: 'Support hello' },
      contact: { name: 'Frank' },
    };
    const image = { ...result, messageId: 'B', message: { type: 'IMAGE', url: 'https://example.com' } };
    const told = { from: '+385919998888', to: '1234', channel: 'whatsapp' };
    expect(await read('infobip', { results: [result, image, { from: '1' }, null] })).toEqual([
      { ...told, providerMessageId: 'ABEGOFl3VCQoAhBalbc6rTQT6mgS29EmGZ7a', text: 'Support hello' },
      { ...told, providerMessageId: 'B', text: null },
    ]);
  });

  test.each(['infobip', 'twilio'] as const)('%s: its simulator writes the form that is read', async (name) => {
    const written = { url: 'https://door.example/x', from: '+971500000001', to: '+971500009999', text: 'Stop é 1+1' };
    const simulator = SIMULATED_PROVIDERS[name](createSimulatedClock());
    for (const channel of ['sms', 'whatsapp'] as const) {
      const { body, contentType } = simulator.inbound({ ...written, channel });
      const { from, to, text } = written;
      expect(await read(name, body, contentType)).toMatchObject([{ from, to, text, channel }]);
    }
  });

  test('D7: its simulator writes none, as no form is documented', () => {
    const write = () =>
      createD7(createSimulatedClock()).inbound({ url: '', from: '', to: '', text: '', channel: 'sms' });
    expect(write).toThrow('not documented');
  });

  test.each(['infobip', 'twilio'])('%s: anything else is no message', async (provider) => {
    for (const body of ['', '{', '[]', '{"results":7}', 'a=b', '\0']) {
      for (const type of ['application/json', FORM, '']) expect(await read(provider, body, type)).toEqual([]);
    }
  });

  test.each(['d7', 'sandbox', 'toString'])('%s has no form that is documented', (provider) => {
    expect(inboundFormat(provider)).toBeUndefined();
  });
});
