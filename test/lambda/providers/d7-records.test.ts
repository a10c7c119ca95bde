import { createD7Records } from '../../../lambda/providers/d7/records.ts';
import { d7SendingCredential } from '../../../lambda/providers/d7/sending-credential.ts';
import type { HttpResult } from '../../../lambda/shared/http.ts';
import type { SoughtMessage } from '../../../lambda/shared/provider-records.ts';
import { FAILURES, inTurn, MINUTE, sought } from './records-support.ts';
import { CANARY, fixedClock, response } from './support.ts';

const TOKEN = d7SendingCredential('token');
const known: SoughtMessage = { ...sought, providerMessageId: '6f0c' };
const report = (status: string, more: object = {}) =>
  response(200, {
    request_id: '6f0c',
    total_recipients: 1,
    channel: 'sms',
    messages: [
      {
        msg_id: '7053',
        country: 'AE',
        recipient: '+971500000001',
        status,
        number_of_sms: 2,
        sms_cost: 0.035,
        schedule_time: null,
        ...more,
      },
    ],
  });

const lookUp = async (result: HttpResult, message = known) => {
  const { http, urls, requests } = inTurn(result);
  const found = await createD7Records({ http, clock: fixedClock }).lookUp(message, TOKEN);
  return { found, urls: urls(), requests };
};

describe('createD7Records', () => {
  test('reads a report with the sending token', async () => {
    const { found, urls, requests } = await lookUp(report('delivered'));
    expect(urls).toEqual(['https://api.d7networks.com/report/v1/message-log/6f0c']);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer token' } });
    expect(found).toEqual({
      kind: 'found',
      record: {
        providerMessageId: '6f0c',
        ourId: null,
        channel: 'sms',
        to: '+971500000001',
        from: null,
        acceptedAt: null,
        segments: 2,
        price: { micros: 35_000, currency: null },
        state: { kind: 'delivered', final: true, code: null },
      },
    });
  });

  test.each([
    ['viber', '/report/v1/viber-log/6f0c', { number_of_viber_message: 1, viber_cost: 0.01 }, 1, 10_000],
    ['whatsapp', '/whatsapp/v2/report/6f0c', { reference: { cust_ref: 'msg_02' } }, null, undefined],
  ] as const)('reads the report of %s where it is', async (channel, path, more, segments, micros) => {
    const { found, urls } = await lookUp(report('delivered', more), { ...known, channel });
    expect(urls).toEqual([`https://api.d7networks.com${path}`]);
    expect(found).toMatchObject({
      record: {
        channel,
        segments,
        ourId: channel === 'whatsapp' ? 'msg_02' : null,
        price: micros === undefined ? null : { micros },
      },
    });
  });

  test.each([
    ['accepted', 'accepted', false, null],
    ['scheduled', 'accepted', false, null],
    ['sent', 'accepted', false, null],
    ['delivered', 'delivered', true, null],
    ['read', 'delivered', true, 'read'],
    ['un_delivered', 'undelivered', true, null],
    ['undelivered', 'undelivered', true, null],
    ['not_reachable', 'undelivered', true, 'not-reachable'],
    ['spam_content', 'rejected', true, 'spam-content'],
    ['insufficient_credit', 'rejected', true, 'insufficient-credit'],
    [CANARY, 'unrecognised', false, null],
    ['constructor', 'unrecognised', false, null],
  ])('the status %s', async (word, kind, final, code) => {
    const { found } = await lookUp(report(word));
    expect(found).toMatchObject({ record: { state: { kind, final, code } } });
    expect(JSON.stringify(found)).not.toContain(CANARY);
  });

  test('a request that D7 has not looked at yet is accepted', async () => {
    expect((await lookUp(response(200, { request_id: '6f0c', messages: [] }))).found).toMatchObject({
      record: { to: '+971500000001', segments: null, price: null, state: { kind: 'accepted', final: false } },
    });
  });

  test('cannot be asked without its id: no handle says otherwise, and no call is made', async () => {
    const { found, requests } = await lookUp(report('delivered'), sought);
    expect([found, requests]).toEqual([{ kind: 'cannot-ask' }, []]);
    const { access, messages } = createD7Records({ http: inTurn().http });
    expect([Object.keys(access.lookUp), messages]).toEqual([['provider-id'], undefined]);
  });

  test.each([
    ['MESSAGE_LOG_NOT_EXISTS', 60, { kind: 'not-found' }],
    ['WHATSAPP_LOG_NOT_EXISTS', 60, { kind: 'not-found' }],
    ['MESSAGE_LOG_NOT_EXISTS', 14, { kind: 'not-shown', reason: 'too-early' }],
  ])('the answer %s after %d minutes', async (code, minutes, found) => {
    const message = { ...known, sentAt: fixedClock.now() - minutes * MINUTE };
    expect((await lookUp(response(404, { detail: { code } }), message)).found).toEqual(found);
  });

  test('fails when a 404 has a code that is not about the report', async () => {
    const answer = response(404, { detail: { code: 'APPLICATION_NOT_EXISTS' } });
    await expect(lookUp(answer)).rejects.toMatchObject({ code: 'request-refused' });
  });

  test.each(FAILURES)('fails when %s', async (_, result, code, retryable) => {
    const failure = expect.objectContaining({ name: 'RecordsError', code, retryable }) as unknown;
    const records = createD7Records({ http: inTurn(result).http, clock: fixedClock });
    await expect(lookUp(result)).rejects.toEqual(failure);
    await expect(records.balance(TOKEN)).rejects.toEqual(failure);
    await expect(records.balance(TOKEN)).rejects.not.toThrow(CANARY);
  });

  test('reads the balance to the millionth', async () => {
    const { http, urls } = inTurn(response(200, { balance: 99.990001 }));
    expect(await createD7Records({ http }).balance(TOKEN)).toEqual({ micros: 99_990_001, currency: null });
    expect(urls()).toEqual(['https://api.d7networks.com/messages/v1/balance']);
  });

  test('reads the prices of the countries that D7 has', async () => {
    const { http, urls } = inTurn(response(200, { AE: 0.0175, DE: 0.072, FR: 'free' }));
    expect(await createD7Records({ http }).prices!(['AE', 'FR', 'XX', 'toString'], TOKEN)).toEqual({
      AE: { micros: 17_500, currency: null },
    });
    expect(urls()).toEqual(['https://api.d7networks.com/messages/v1/sms/pricing']);
  });
});
