import { receiptReader } from '../../../lambda/providers/receipts.ts';
import { createProvider } from '../../../lambda/providers/registry.ts';
import type { OutgoingMessage } from '../../../lambda/shared/messaging-provider.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { answering, bodyOf, response, sms, template, viber } from './support.ts';

const SID = `SM${'a'.repeat(32)}`;
const URL_OF_RECEIPTS = 'https://receipts.test/v1/receipts/OPAQUE';
const FORM = 'application/x-www-form-urlencoded';

const read = (provider: string, body: string, contentType = FORM) =>
  receiptReader(provider)!({ bytes: Buffer.from(body), contentType });

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

describe('the receipts of D7', () => {
  const fields = { request_id: 'r-1', msg_id: 'm-1', recipient: '+971500000001', originator: 'Acme' };

  test.each([
    ['delivered', 'delivered', null],
    ['un_delivered', 'undelivered', null],
    ['not_reachable', 'undelivered', 'not-reachable'],
    ['spam_content', 'rejected', 'spam-content'],
    ['sent', 'accepted', null],
    ['melted', 'unrecognised', null],
  ])('the documented form with %s', async (status, kind, code) => {
    expect(await read('d7', form({ ...fields, status }))).toMatchObject([
      { providerMessageId: 'r-1', state: { kind, code } },
    ]);
  });

  test('the other encoding of a form', async () => {
    const body = ['request_id', 'status'].map(
      (name, i) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${['r-1', 'delivered'][i]}\r\n`,
    );
    expect(await read('d7', `${body.join('')}--b--\r\n`, 'multipart/form-data; boundary=b')).toMatchObject([
      { providerMessageId: 'r-1', state: { kind: 'delivered' } },
    ]);
  });
});

describe('the receipts of Infobip', () => {
  const result = (messageId: string, groupId: number, id: number) => ({
    messageId,
    to: '971500000001',
    messageCount: 1,
    price: { pricePerMessage: 0.01, currency: 'EUR' },
    status: { groupId, groupName: '', id, name: '' },
    error: { id: 0, permanent: false },
  });

  test('all results of one call, in their order', async () => {
    const body = { results: [result('msg_1', 3, 5), result('msg_2', 2, 9), result('msg_3', 1, 26), 'x', {}] };
    expect(await read('infobip', JSON.stringify(body), 'application/json')).toEqual([
      { providerMessageId: 'msg_1', state: { kind: 'delivered', final: true, code: null } },
      { providerMessageId: 'msg_2', state: { kind: 'undelivered', final: true, code: 'status-9' } },
      { providerMessageId: 'msg_3', state: { kind: 'accepted', final: false, code: null } },
    ]);
  });
});

describe('the receipts of Twilio', () => {
  test.each([
    [{ MessageStatus: 'delivered' }, 'delivered', null],
    [{ MessageStatus: 'sent' }, 'accepted', null],
    [{ MessageStatus: 'undelivered', ErrorCode: '30003' }, 'undelivered', 'twilio-30003'],
    [{ MessageStatus: 'failed', ErrorCode: 'x' }, 'rejected', null],
  ])('the documented form with %j', async (fields, kind, code) => {
    const body = form({ MessageSid: SID, AccountSid: `AC${'b'.repeat(32)}`, To: '+971500000001', ...fields });
    expect(await read('twilio', body)).toMatchObject([{ providerMessageId: SID, state: { kind, code } }]);
  });

  test('fails when the SID is none', async () => {
    expect(await read('twilio', form({ MessageSid: 'x', MessageStatus: 'delivered' }))).toEqual([]);
  });
});

test.each(['d7', 'infobip', 'twilio'])('%s: what is no receipt is none, and throws nothing', async (provider) => {
  for (const body of ['', '{', '[]', 'null', '{"results":{}}', '%', '\0']) {
    for (const type of ['', 'application/json', FORM, 'multipart/form-data', 'multipart/form-data; boundary=b']) {
      expect(await read(provider, body, type)).toEqual([]);
    }
  }
});

test('nobody reads receipts of a provider that sends none', () => {
  expect(receiptReader('sandbox')).toBeUndefined();
  expect(receiptReader('toString')).toBeUndefined();
});

describe('where receipts go', () => {
  const asked = async (provider: string, key: unknown, message: OutgoingMessage) => {
    const { http, requests } = answering(response(500, {}));
    const secret = new SecretValue(JSON.stringify(key));
    await createProvider(provider, { http }).send({ ...message, receiptUrl: URL_OF_RECEIPTS }, secret, 6000);
    return requests[0];
  };
  const d7 = { token: 't', clientId: 'c' };
  const infobip = { apiKey: 'k', keyId: 'i', apiKeyId: 'i' };

  test('D7 is told under the name that each channel has for it', async () => {
    expect(bodyOf(await asked('d7', d7, sms))).toMatchObject({ message_globals: { report_url: URL_OF_RECEIPTS } });
    expect(bodyOf(await asked('d7', d7, viber))).toMatchObject({ message_globals: { call_back_url: URL_OF_RECEIPTS } });
    expect(bodyOf(await asked('d7', d7, template))).toMatchObject({ messages: [{ report_url: URL_OF_RECEIPTS }] });
  });

  test('Infobip is told with the message', async () => {
    const webhooks = { delivery: { url: URL_OF_RECEIPTS }, contentType: 'application/json' };
    expect(bodyOf(await asked('infobip', infobip, sms))).toMatchObject({ messages: [{ webhooks }] });
    expect(bodyOf(await asked('infobip', infobip, viber))).toMatchObject({ messages: [{ webhooks }] });
    expect(bodyOf(await asked('infobip', infobip, template))).toMatchObject({
      messages: [{ notifyUrl: URL_OF_RECEIPTS }],
    });
  });

  test('Twilio is told in the form', async () => {
    const key = { accountSid: `AC${'b'.repeat(32)}`, apiKeySid: `SK${'c'.repeat(32)}`, apiKeySecret: 's' };
    const request = await asked('twilio', key, sms);
    expect(new URLSearchParams(request?.body).get('StatusCallback')).toBe(URL_OF_RECEIPTS);
  });
});
