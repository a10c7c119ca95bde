import { textAt } from './support/client.ts';
import { MANAGING, startHarness } from './support/harness.ts';
import { driveWith } from './support/python-client.ts';

const USER = `Basic ${Buffer.from(`${MANAGING.infobip.username}:${MANAGING.infobip.password}`).toString('base64')}`;
const SCOPES = ['message:send', 'messages-api:manage', 'sms:logs:read', 'viber-bm:logs:read'];

/** What Infobip's client made of every operation, and what the simulator took. */
const drive = async () => {
  const infobip = await startHarness('infobip');
  const keyWith = async (scopeGuids: readonly string[]) => {
    const json = { name: 'client', scopeGuids };
    const { body } = await infobip.api('POST', '/settings/2/api-keys', { authorization: USER, json });
    return textAt(body, 'apiKeySecret');
  };
  try {
    await infobip.control('POST', '/account', { deliverySeconds: 0 });
    const keys = [await keyWith(SCOPES), await keyWith(['sms:message:send'])];
    const done = await driveWith('infobip_client.py', infobip, ...keys);
    const taken = (await infobip.control('GET', '/messages')) as { id: string; channel: string }[];
    return { done, taken: taken.map(({ id, channel }) => `${channel} ${id}`) };
  } finally {
    await infobip.close();
  }
};

/** Code of Infobip's own client for Python drives the simulator, over TLS with a CA of our own. */
test('Infobip’s Python client sends, reads logs and reports, and knows each refusal', async () => {
  const { done, taken } = await drive();
  const there = 'DELIVERED_TO_HANDSET';
  expect(done).toEqual({
    'sms: send': [['sms-1', 'PENDING_ACCEPTED', 1]],
    'sms: send to two': [
      ['sms-2', 'PENDING'],
      ['sms-3', 'PENDING'],
    ],
    'sms: send an id again': ['REJECTED_DUPLICATE_MESSAGE_ID'],
    'sms: preview': [2],
    'sms: log of one': ['sms-1', '41790000000', there, 'EUR', 1],
    'sms: first page of logs': ['sms-3', 'sms-2'],
    'sms: last page of logs': [['sms-1'], null],
    'sms: reports': [['sms-1', '41790000000', there]],
    'sms: reports a second time': [],
    'viber: send': [['viber-1', 'PENDING_ACCEPTED']],
    'viber: log of one': [['viber-1', '41790000000', there]],
    'viber: reports': [['viber-1', there]],
    'any channel: send over SMS': [['any-SMS', 'PENDING']],
    'any channel: send over WHATSAPP': [['any-WHATSAPP', 'PENDING']],
    'any channel: send over VIBER_BM': [['any-VIBER_BM', 'PENDING']],
    'any channel: report of WhatsApp': [['any-WHATSAPP', 'WHATSAPP', there]],
    'refused: an unknown key': { error: 'UnauthorizedException', status: 401 },
    'refused: a key without the scope': { error: 'ForbiddenException', status: 403 },
    'refused: a message to nobody': { error: 'BadRequestException', status: 400 },
  });
  expect(taken).toEqual([
    'sms sms-1',
    'sms sms-2',
    'sms sms-3',
    'viber viber-1',
    'sms any-SMS',
    'whatsapp any-WHATSAPP',
    'viber any-VIBER_BM',
  ]);
}, 90_000);
