import { compareList } from '../../../lambda/reconcile/compare-list.ts';
import type { ListedMessage } from '../../../lambda/shared/records-command.ts';
import type { SentMessage } from '../../../lambda/shared/sent-index.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-24T12:00:00Z');

const listed = (id: string, more: Partial<ListedMessage> = {}): ListedMessage => ({
  providerMessageId: id,
  ourId: null,
  channel: 'sms',
  country: 'AE',
  lastTwo: '01',
  from: 'Acme',
  acceptedAt: NOON,
  price: null,
  state: 'accepted',
  ...more,
});

const sent = (id: string, more: Partial<SentMessage> = {}): SentMessage => ({
  id,
  state: 'accepted',
  fence: 1,
  leaseUntil: NOON + 15_000,
  providerMessageId: null,
  channel: 'sms',
  country: 'AE',
  lastTwo: '01',
  cost: null,
  sentAt: NOON,
  ...more,
});

const compare = (listed: readonly ListedMessage[], ours: readonly SentMessage[], judgedFrom = NOON - MINUTE) =>
  compareList({ listed, ours, judgedFrom, until: NOON + 30 * MINUTE, channels: ['sms'] });
const foreign = (...given: Parameters<typeof compare>) =>
  compare(...given).foreign.map(({ providerMessageId: id }) => id);

describe('compareList', () => {
  test('what is not ours is foreign, however it looks', () => {
    expect(foreign([listed('SM1'), listed('SM2')], [sent('msg_1', { providerMessageId: 'SM1' })])).toEqual(['SM2']);
    expect(foreign([listed('x', { ourId: 'msg_other' })], [sent('msg_1', { providerMessageId: 'SM1' })])).toEqual([
      'x',
    ]);
  });

  test('a message shown on two pages is one', () => {
    expect(foreign([listed('SM1'), listed('SM1')], [])).toEqual(['SM1']);
    expect(compare([listed('SM1'), listed('SM1')], []).provider).toBe(1);
  });

  test.each(['unknown', 'sending'] as const)('a message of ours that is %s explains one, and not two', (state) => {
    const lost = sent('msg_1', { state });
    expect(foreign([listed('SM1')], [lost])).toEqual([]);
    expect(foreign([listed('SM2', { acceptedAt: NOON + 1000 }), listed('SM1')], [lost])).toEqual(['SM2']);
  });

  test.each([
    ['to another country', { country: 'DE' }],
    ['to other digits', { lastTwo: '02' }],
    ['over another channel', { channel: 'whatsapp' }],
    ['before the attempt', { acceptedAt: NOON - 61_000 }],
    ['after the lease', { acceptedAt: NOON + 76_000 }],
    ['under an id of its own', { ourId: 'msg_2' }],
  ] as const)('it explains none %s', (_, more) => {
    expect(foreign([listed('SM1', more)], [sent('msg_1', { state: 'unknown' })], NOON - 5 * MINUTE)).toEqual(['SM1']);
  });

  test('a message that was settled explains no other', () => {
    for (const state of ['rejected', 'expired', 'queued'] as const) {
      expect(foreign([listed('SM1')], [sent('msg_1', { state })])).toEqual(['SM1']);
    }
  });

  test('where we choose the id, a lost one is known by it, and used once', () => {
    const lost = sent('msg_1', { state: 'unknown', fence: 3 });
    expect(foreign([listed('msg_1-3', { ourId: 'msg_1' })], [lost])).toEqual([]);
    const [first, second] = [
      listed('msg_1-3', { ourId: 'msg_1' }),
      listed('msg_1-7', { ourId: 'msg_1', acceptedAt: NOON + 1 }),
    ];
    expect(foreign([second, first], [lost])).toEqual(['msg_1-7']);
    // It explains no other as well.
    expect(foreign([first, listed('SM1', { acceptedAt: NOON + 1 })], [lost])).toEqual(['SM1']);
  });

  test('a thief who sends under an id of ours is seen, also where he came first', () => {
    const ours = sent('msg_1', { providerMessageId: 'msg_1' });
    const stolen = listed('msg_1-9', { ourId: 'msg_1', acceptedAt: NOON - 1 });
    expect(foreign([stolen, listed('msg_1', { ourId: 'msg_1' })], [ours])).toEqual(['msg_1-9']);
  });

  test('a refused attempt of ours leaves the id to the next one', () => {
    const ours = sent('msg_1', { providerMessageId: 'msg_1-2', fence: 2 });
    const both = [listed('msg_1', { ourId: 'msg_1', state: 'rejected' }), listed('msg_1-2', { ourId: 'msg_1' })];
    expect(foreign(both, [ours])).toEqual([]);
  });

  test('what is older than the window was judged before, and still explains', () => {
    const [old, young] = [listed('SM1', { acceptedAt: NOON }), listed('SM2', { acceptedAt: NOON + 2000 })];
    expect(foreign([old, young], [sent('msg_1', { state: 'unknown' })], NOON + 1000)).toEqual(['SM2']);
    expect(foreign([old], [], NOON + 1000)).toEqual([]);
  });

  test('one without a moment is judged', () => {
    expect(foreign([listed('SM1', { acceptedAt: null })], [])).toEqual(['SM1']);
  });

  test('ours that the provider took and does not show are counted', () => {
    const ours = [
      sent('msg_1', { providerMessageId: 'SM1' }),
      sent('msg_2', { providerMessageId: 'SM2' }),
      sent('msg_3', { providerMessageId: 'SM3', channel: 'whatsapp' }),
      sent('msg_4', { providerMessageId: 'SM4', sentAt: NOON + 29.5 * MINUTE }),
      sent('msg_5', { state: 'unknown' }),
    ];
    expect(compare([listed('SM1')], ours)).toMatchObject({ foreign: [], provider: 1, missing: 1 });
  });
});
