import fc from 'fast-check';

import { stateOf } from '../../../lambda/providers/records-call.ts';
import type { MessageRecord, RecordState } from '../../../lambda/shared/message.ts';
import type { DeliveryState, ProviderRecord } from '../../../lambda/shared/provider-records.ts';
import { canBe, nextPull, settlementBy } from '../../../lambda/shared/settlement.ts';

const NOW = 1_000_000_000_000;

const record = (state: RecordState): MessageRecord =>
  ({ id: 'msg_1', state, channel: 'sms', lastTwo: '01', createdAt: NOW, sealed: 's', dueAt: NOW }) as MessageRecord;

const found = (kind: DeliveryState['kind'], code: string | null = null): ProviderRecord => ({
  providerMessageId: 'p-1',
  ourId: null,
  channel: 'sms',
  to: '+971500000001',
  from: 'Acme',
  acceptedAt: NOW,
  segments: 1,
  price: null,
  state: stateOf(kind, code),
});

const apply = (from: MessageRecord, ...seen: readonly ProviderRecord[]): MessageRecord =>
  seen.reduce((last, each) => ({ ...last, ...settlementBy(last, each, NOW) }), from);

describe('settlementBy', () => {
  test.each([
    ['unknown', 'accepted', 'accepted'],
    ['unknown', 'unrecognised', 'accepted'],
    ['unknown', 'delivered', 'delivered'],
    ['unknown', 'undelivered', 'undelivered'],
    ['unknown', 'rejected', 'rejected'],
    ['accepted', 'accepted', 'accepted'],
    ['accepted', 'unrecognised', 'accepted'],
    ['accepted', 'delivered', 'delivered'],
    ['accepted', 'undelivered', 'undelivered'],
    // The app was told not to send it again.
    ['accepted', 'rejected', 'undelivered'],
  ] as const)('what is %s and %s at the provider becomes %s', (from, kind, to) => {
    expect(apply(record(from), found(kind)).state).toBe(to);
  });

  test.each(['sending', 'queued', 'delivered', 'undelivered', 'rejected', 'expired'] as const)(
    'what is %s stays as it is, whatever the provider says',
    (state) => {
      for (const kind of ['accepted', 'delivered', 'undelivered', 'rejected', 'unrecognised'] as const) {
        expect(settlementBy(record(state), found(kind), NOW)).toBeUndefined();
      }
    },
  );

  test('an end needs nothing more: no number, no next look; a reason in a fixed word', () => {
    expect(settlementBy(record('unknown'), found('undelivered', 'expired'), NOW)).toEqual({
      state: 'undelivered',
      reason: 'expired',
      updatedAt: NOW,
      providerMessageId: 'p-1',
      sealed: null,
      settlesBy: null,
      dueAt: null,
    });
    expect(settlementBy(record('unknown'), found('accepted'), NOW)).toMatchObject({
      sealed: null,
      dueAt: NOW + 600_000,
    });
  });

  test('once there is an end, no order and no repetition of what was seen before it undoes it', () => {
    const before = fc.constantFrom('accepted' as const, 'unrecognised' as const);
    const ends = fc.constantFrom('delivered' as const, 'undelivered' as const, 'rejected' as const);
    fc.assert(
      fc.property(
        fc.constantFrom('accepted' as const, 'unknown' as const),
        fc.array(before),
        ends,
        fc.array(before),
        (from, early, end, late) => {
          const ended = apply(record(from), found(end));
          const mixed = apply(
            record(from),
            ...early.map((kind) => found(kind)),
            found(end),
            found(end),
            ...late.map((kind) => found(kind)),
          );
          expect(mixed.sealed).toBeNull();
          expect(mixed.dueAt).toBeNull();
          // Seen as taken first, a refusal is no reason to send again.
          expect(mixed.state).toBe(early.length > 0 && ended.state === 'rejected' ? 'undelivered' : ended.state);
        },
      ),
    );
  });
});

test('the provider is asked less and less often, and not after a day', () => {
  const hour = 3_600_000;
  expect([0, 600_000, hour, 6 * hour, 24 * hour].map((age) => nextPull(NOW, NOW + age))).toEqual([
    NOW + 600_000,
    NOW + hour,
    NOW + 6 * hour,
    NOW + 24 * hour,
    null,
  ]);
});

test.each([
  ['on another channel', { channel: 'viber' }],
  ['to another number', { to: '+971500000002' }],
  ['under another id of ours', { ourId: 'msg_2' }],
  ['from before it', { acceptedAt: NOW - 61_000 }],
] as const)('a record %s cannot be the message', (_, other) => {
  expect(canBe(record('unknown'), found('delivered'))).toBe(true);
  expect(canBe(record('unknown'), { ...found('delivered'), ...other })).toBe(false);
});
