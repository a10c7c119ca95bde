import { createInfobipRecords } from '../../../lambda/providers/infobip/records.ts';
import { infobipSendingCredential } from '../../../lambda/providers/infobip/sending-credential.ts';
import type { HttpResult } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { FAILURES, HOUR, inTurn, MINUTE, sought } from './records-support.ts';
import { CANARY, fixedClock, response } from './support.ts';

const KEY = infobipSendingCredential('5737', '0123-abcd');
const USER = new SecretValue(JSON.stringify({ username: 'reader', password: 'secret' }));
const entry = (groupId: unknown, id: number, more: object = {}) => ({
  messageId: sought.id,
  destination: '971500000001',
  sender: 'Acme',
  sentAt: '2026-11-01T07:00:00.123+0000',
  messageCount: 2,
  price: { pricePerMessage: 0.04, currency: 'EUR' },
  status: { groupId, groupName: CANARY, id, name: CANARY, description: CANARY },
  content: { text: CANARY },
  ...more,
});
const results = (...entries: object[]) => response(200, { results: entries });
const records = (...answers: HttpResult[]) => {
  const { http, urls, requests } = inTurn(...answers);
  return { records: createInfobipRecords({ http, clock: fixedClock }), urls, requests };
};
const lookUp = (answer: HttpResult, message = sought) => records(answer).records.lookUp(message, KEY);

describe('createInfobipRecords', () => {
  test('looks a message up by our id in the log, which can be read again', async () => {
    const { records: infobip, urls, requests } = records(results(entry(3, 5)));
    const found = await infobip.lookUp(sought, KEY);
    expect(urls()).toEqual([`https://api.infobip.com/sms/3/logs?messageId=${sought.id}`]);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'App 0123-abcd' } });
    expect(found).toEqual({
      kind: 'found',
      record: {
        providerMessageId: sought.id,
        ourId: sought.id,
        channel: 'sms',
        to: '+971500000001',
        from: 'Acme',
        acceptedAt: Date.parse('2026-11-01T07:00:00.123Z'),
        segments: 2,
        price: { micros: 80_000, currency: 'EUR' },
        state: { kind: 'delivered', final: true, code: null },
      },
    });
    expect(JSON.stringify(found)).not.toContain(CANARY);
  });

  test.each([
    ['the second attempt', { attempt: 2 }, `/sms/3/logs?messageId=${sought.id}-2`],
    ['an id that Infobip told', { providerMessageId: 'x&y' }, '/sms/3/logs?messageId=x%26y'],
    ['Viber', { channel: 'viber' }, `/viber/2/logs?messageId=${sought.id}`],
    ['WhatsApp', { channel: 'whatsapp' }, `/messages-api/1/reports?channel=WHATSAPP&messageId=${sought.id}`],
  ] as const)('asks for %s where it is', async (_, change, path) => {
    const { records: infobip, urls } = records(results());
    await infobip.lookUp({ ...sought, ...change }, KEY);
    expect(urls()).toEqual([`https://api.infobip.com${path}`]);
  });

  test('asks for many of a channel in one call, and tells their answers apart', async () => {
    const at = (attempt: number) => ({ ...sought, attempt });
    const id = (attempt: number): string => `${sought.id}-${attempt}`;
    const answer = results(
      entry(5, 23, { messageId: id(4) }),
      entry(2, 9, { messageId: id(3) }),
      entry(3, 5, { messageId: id(2) }),
    );
    const { records: infobip, urls } = records(answer);
    const found = await infobip.together!.lookUp([at(2), at(3), at(4), at(5)], KEY);
    const ids = [2, 3, 4, 5].map((attempt) => `messageId=${id(attempt)}`).join('&');
    expect(urls()).toEqual([`https://api.infobip.com/sms/3/logs?${ids}&limit=1000`]);
    expect(found).toMatchObject([
      { kind: 'found', record: { providerMessageId: id(2), state: { kind: 'delivered' } } },
      { kind: 'found', record: { providerMessageId: id(3), state: { kind: 'undelivered' } } },
      { kind: 'not-shown', reason: 'hidden' },
      { kind: 'not-found' },
    ]);
    expect(infobip.together!.channels).toEqual(['sms', 'viber']);
  });

  test('reads the logs as the portal user where it is given that credential', async () => {
    const { records: infobip, requests } = records(results(entry(3, 5)));
    await infobip.lookUp(sought, USER);
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('reader:secret').toString('base64')}`);
  });

  test.each([
    ['PENDING', 1, 26, 'accepted', false, null],
    ['UNDELIVERABLE', 2, 9, 'undelivered', true, 'status-9'],
    ['SIGNALS_BLOCKED, charged', 2, 87, 'undelivered', true, 'blocked-by-signals'],
    ['DELIVERED', 3, 5, 'delivered', true, null],
    ['EXPIRED', 4, 15, 'undelivered', true, 'expired'],
    ['REJECTED_NOT_ENOUGH_CREDITS', 5, 12, 'rejected', true, 'status-12'],
    ['SIGNALS_BLOCKED, not charged', 5, 87, 'rejected', true, 'blocked-by-signals'],
    ['a group nobody knows', 9, 1, 'unrecognised', false, null],
  ])('the status %s', async (_, groupId, id, kind, final, code) => {
    expect(await lookUp(results(entry(groupId, id)))).toMatchObject({ record: { state: { kind, final, code } } });
  });

  test('knows the group that has a name only', async () => {
    const status = { groupId: 0, groupName: 'ACCEPTED', id: 0 };
    expect(await lookUp(results(entry(0, 0, { status })))).toMatchObject({ record: { state: { kind: 'accepted' } } });
  });

  test('tells a message from the refusal of its repeat', async () => {
    expect(await lookUp(results(entry(5, 23), entry(3, 5)))).toMatchObject({
      record: { state: { kind: 'delivered' } },
    });
    expect(await lookUp(results(entry(5, 23)))).toEqual({ kind: 'not-shown', reason: 'hidden' });
  });

  test('takes no other message for the one it asked for', async () => {
    expect(await lookUp(results(entry(3, 5, { messageId: 'other' })))).toEqual({ kind: 'not-found' });
  });

  test.each([
    ['within the lag', 'sms', MINUTE, { kind: 'not-shown', reason: 'too-early' }],
    ['after it', 'sms', 2 * MINUTE, { kind: 'not-found' }],
    ['within 48 hours', 'viber', 48 * HOUR - 1, { kind: 'not-found' }],
    ['after 48 hours', 'sms', 48 * HOUR, { kind: 'not-shown', reason: 'too-old' }],
    ['on WhatsApp', 'whatsapp', HOUR, { kind: 'not-shown', reason: 'shown-once' }],
  ] as const)('what nothing means %s', async (_, channel, ago, meaning) => {
    expect(await lookUp(results(), { ...sought, channel, sentAt: fixedClock.now() - ago })).toEqual(meaning);
  });

  test('lists a window of both channels to the last page', async () => {
    const page = (name: string, nextCursor?: string) =>
      response(200, { results: [entry(3, 5, { messageId: name })], cursor: { limit: 1000, nextCursor } });
    const { records: infobip, urls } = records(page('a', 'c1'), page('b'), page('c', ''));
    const until = Date.parse('2026-11-01T08:00:00Z');
    const listed = await infobip.messages!.list({ from: until - HOUR, until }, KEY);
    expect(listed).toMatchObject([
      { providerMessageId: 'a', ourId: null, channel: 'sms' },
      { providerMessageId: 'b', channel: 'sms' },
      { providerMessageId: 'c', channel: 'viber' },
    ]);
    const window =
      'sentSince=2026-11-01T07%3A00%3A00.000%2B0000&sentUntil=2026-11-01T08%3A00%3A00.000%2B0000&limit=1000&useCursor=true';
    expect(urls()).toEqual([
      `https://api.infobip.com/sms/3/logs?${window}`,
      `https://api.infobip.com/sms/3/logs?${window}&cursor=c1`,
      `https://api.infobip.com/viber/2/logs?${window}`,
    ]);
    expect(infobip.messages!.channels).toEqual(['sms', 'viber']);
  });

  test('fails when a list has no end', async () => {
    const { records: infobip, requests } = records(
      response(200, { results: [entry(3, 5)], cursor: { nextCursor: 'again' } }),
    );
    await expect(infobip.messages!.list({ from: 0, until: 1 }, KEY)).rejects.toMatchObject({
      code: 'too-many',
      retryable: false,
    });
    expect(requests).toHaveLength(100);
  });

  test('leaves out an entry that names no message, and keeps one without a price', async () => {
    const list = results({ status: {} }, entry(1, 26, { price: undefined, sender: undefined, sentAt: 'soon' }));
    const { records: infobip } = records(list, results());
    expect(await infobip.messages!.list({ from: 0, until: 1 }, KEY)).toMatchObject([
      { price: null, from: null, acceptedAt: null },
    ]);
  });

  test('reads the balance, and has no prices', async () => {
    const { records: infobip, urls } = records(response(200, { balance: 47.79134, currency: 'EUR' }));
    expect(await infobip.balance(USER)).toEqual({ micros: 47_791_340, currency: 'EUR' });
    expect(urls()).toEqual(['https://api.infobip.com/account/1/balance']);
    expect(['prices' in infobip, 'prices' in infobip.access]).toEqual([false, false]);
  });

  test.each(FAILURES)('fails when %s', async (_, result, code, retryable) => {
    const failure = expect.objectContaining({ name: 'RecordsError', code, retryable }) as unknown;
    await expect(lookUp(result)).rejects.toEqual(failure);
    await expect(records(result).records.messages!.list({ from: 0, until: 1 }, KEY)).rejects.toEqual(failure);
    await expect(records(result).records.balance(KEY)).rejects.toEqual(failure);
    await expect(lookUp(result)).rejects.not.toThrow(CANARY);
  });
});
