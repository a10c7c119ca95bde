import { twilioCredential } from '../../../lambda/providers/twilio/api-key.ts';
import { createTwilioRecords } from '../../../lambda/providers/twilio/records.ts';
import type { HttpResult } from '../../../lambda/shared/http.ts';
import { FAILURES, HOUR, inTurn, MINUTE, sought } from './records-support.ts';
import { CANARY, fixedClock, response } from './support.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const KEY = twilioCredential(ACCOUNT, `SK${'b'.repeat(32)}`, 'secret');
const SID = `SM${'e'.repeat(32)}`;
const SERVICE = `MG${'c'.repeat(32)}`;
const BASE = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}`;
const known = { ...sought, providerMessageId: SID };
const shown = (more: object = {}) => ({
  sid: SID,
  to: '+971500000001',
  from: 'Acme',
  messaging_service_sid: null,
  direction: 'outbound-api',
  body: CANARY,
  date_created: 'Sun, 01 Nov 2026 07:00:00 +0000',
  num_segments: '2',
  price: '-0.01500',
  price_unit: 'usd',
  status: 'delivered',
  error_code: null,
  error_message: CANARY,
  ...more,
});
const page = (messages: object[], next: string | null = null) =>
  response(200, { messages, next_page_uri: next, page_size: 1000 });
const refused = (status: number, code: number) => response(status, { code, message: CANARY });
const records = (...answers: HttpResult[]) => {
  const { http, urls, requests } = inTurn(...answers);
  return { records: createTwilioRecords({ http, clock: fixedClock }), urls, requests };
};
const lookUp = (answer: HttpResult, message: typeof sought = known) => records(answer).records.lookUp(message, KEY);

describe('createTwilioRecords', () => {
  test('reads a message by its SID', async () => {
    const { records: twilio, urls, requests } = records(response(200, shown()));
    const found = await twilio.lookUp(known, KEY);
    expect(urls()).toEqual([`${BASE}/Messages/${SID}.json`]);
    expect(requests[0]?.headers.authorization).toMatch(/^Basic /);
    expect(found).toEqual({
      kind: 'found',
      record: {
        providerMessageId: SID,
        ourId: null,
        channel: 'sms',
        to: '+971500000001',
        from: 'Acme',
        acceptedAt: Date.parse('2026-11-01T07:00:00Z'),
        segments: 2,
        price: { micros: 15_000, currency: 'USD' },
        state: { kind: 'delivered', final: true, code: null },
      },
    });
  });

  test.each([
    ['queued', null, 'accepted', false, null],
    ['scheduled', null, 'accepted', false, null],
    ['sent', null, 'accepted', false, null],
    ['delivered', null, 'delivered', true, null],
    ['read', null, 'delivered', true, 'read'],
    ['undelivered', 30003, 'undelivered', true, 'twilio-30003'],
    ['failed', 21610, 'rejected', true, 'destination-opted-out'],
    ['canceled', null, 'rejected', true, 'canceled'],
    ['partially_delivered', null, 'unrecognised', false, null],
    [CANARY, null, 'unrecognised', false, null],
  ])('the status %s', async (status, error_code, kind, final, code) => {
    const found = await lookUp(response(200, shown({ status, error_code })));
    expect(found).toMatchObject({ record: { state: { kind, final, code } } });
    expect(JSON.stringify(found)).not.toContain(CANARY);
  });

  test('shows a message before its sender, segments and price are known', async () => {
    const early = shown({ from: null, messaging_service_sid: SERVICE, num_segments: '0', price: null });
    expect(await lookUp(response(200, early))).toMatchObject({
      record: { from: SERVICE, segments: null, price: null },
    });
  });

  test.each([
    ['a name', {}, { To: '+971500000001', From: 'Acme' }],
    ['a Messaging Service', { from: SERVICE }, { To: '+971500000001' }],
    [
      'a WhatsApp number',
      { channel: 'whatsapp', from: '+971500000000' },
      { To: 'whatsapp:+971500000001', From: 'whatsapp:+971500000000' },
    ],
  ] as const)('seeks a lost message by recipient and time, sent by %s', async (_, change, addressed) => {
    const { records: twilio, urls } = records(page([shown(), shown({ direction: 'inbound' })]));
    const found = await twilio.lookUp({ ...sought, ...change }, KEY);
    expect(found).toMatchObject({ kind: 'candidates', records: [{ providerMessageId: SID }] });
    const url = new URL(urls()[0]!);
    expect(url.origin + url.pathname).toBe(`${BASE}/Messages.json`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...addressed,
      'DateSent>': '2026-11-01T06:59:00Z',
      'DateSent<': '2026-11-01T07:15:00Z',
      PageSize: '1000',
    });
  });

  test.each([
    ['an unknown SID', refused(404, 20404), known, HOUR, { kind: 'not-found' }],
    ['an empty list', page([]), sought, HOUR, { kind: 'not-found' }],
    ['an unknown SID, early', refused(404, 20404), known, MINUTE, { kind: 'not-shown', reason: 'too-early' }],
    ['an empty list, early', page([]), sought, MINUTE, { kind: 'not-shown', reason: 'too-early' }],
  ] as const)('what %s means', async (_, answer, message, ago, meaning) => {
    expect(await lookUp(answer, { ...message, sentAt: fixedClock.now() - ago })).toEqual(meaning);
  });

  test('lists a window to the last page, and calls no address that an answer names', async () => {
    const next = 'https://elsewhere.example/2010-04-01/Messages.json?To=x&Page=1&PageToken=PASM1';
    const { records: twilio, urls } = records(page([shown()], next), page([shown({ to: 'whatsapp:+971500000002' })]));
    const until = Date.parse('2026-11-01T08:00:00Z');
    expect(await twilio.messages!.list({ from: until - HOUR, until }, KEY)).toMatchObject([
      { channel: 'sms' },
      { channel: 'whatsapp', to: '+971500000002' },
    ]);
    const window = 'DateSent%3E=2026-11-01T07%3A00%3A00Z&DateSent%3C=2026-11-01T07%3A59%3A59Z&PageSize=1000';
    expect(urls()).toEqual([
      `${BASE}/Messages.json?${window}`,
      `${BASE}/Messages.json?${window}&Page=1&PageToken=PASM1`,
    ]);
  });

  test('fails when a list has no end', async () => {
    const { records: twilio, requests } = records(page([shown()], '/x?Page=1&PageToken=P'));
    await expect(twilio.messages!.list({ from: 0, until: 1 }, KEY)).rejects.toMatchObject({ code: 'too-many' });
    expect(requests).toHaveLength(100);
  });

  test('reads the balance', async () => {
    const { records: twilio, urls } = records(response(200, { balance: '0.05', currency: 'USD' }));
    expect(await twilio.balance(KEY)).toEqual({ micros: 50_000, currency: 'USD' });
    expect(urls()).toEqual([`${BASE}/Balance.json`]);
  });

  test('takes the dearest price of a country, and leaves out a country without one', async () => {
    const prices = (...all: string[]) => ({ prices: all.map((current_price) => ({ current_price, base_price: '9' })) });
    const { records: twilio, urls } = records(
      response(200, { price_unit: 'USD', outbound_sms_prices: [prices('0.01', '0.0275'), prices('0.02')] }),
      refused(404, 20404),
      response(200, { price_unit: 'USD', outbound_sms_prices: [] }),
    );
    expect(await twilio.prices!(['AE', 'XX', 'AQ'], KEY)).toEqual({ AE: { micros: 27_500, currency: 'USD' } });
    expect(urls()[0]).toBe('https://pricing.twilio.com/v1/Messaging/Countries/AE');
  });

  test.each([
    ['a bad key', refused(401, 20003), 'credential-refused'],
    ['a right that is missing', refused(401, 70051), 'right-missing'],
    ['too many requests', refused(429, 20429), 'too-many-requests'],
  ])('tells %s from the others', async (_, answer, code) => {
    await expect(lookUp(answer)).rejects.toMatchObject({ code });
  });

  test.each(FAILURES)('fails when %s', async (name, result, code, retryable) => {
    const failure = expect.objectContaining({ name: 'RecordsError', code, retryable }) as unknown;
    await expect(lookUp(result, sought)).rejects.toEqual(failure);
    await expect(records(result).records.balance(KEY)).rejects.toEqual(failure);
    await expect(records(result).records.prices!(['AE'], KEY)).rejects.toEqual(failure);
    await expect(lookUp(result, sought)).rejects.not.toThrow(CANARY);
    if (name !== '200 without what was asked for') await expect(lookUp(result)).rejects.toEqual(failure);
  });
});
