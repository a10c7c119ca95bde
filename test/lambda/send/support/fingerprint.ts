import type { Waiting } from '../../support/fake-queue.ts';
import type { Item } from '../../support/expressions.ts';
import { recordsIn, type StoredRecord } from '../../support/invariants.ts';
import type { SendRoom } from './send-room.ts';

/** Between two invocations of a story; longer than a lease, and than any invocation. */
export const TICK_MS = 30_000;

const MOMENT = /(?<!\d)1[7-9]\d{11}(?!\d)/g;

/**
 * Everything outside the functions that may decide what happens next, as a text that is equal for worlds that differ in
 * nothing else.
 *
 * - Moments become ticks from now: all that a story compares with them are the beginnings of ticks. What an appointment's
 *   moment is compared with is the record's, so whether it is that one is said, too.
 * - Of a record's fields only those are kept that decide something in its state. Attempts are unlike each other, and of
 *   one that is over nothing but that is known.
 * - What is sealed is told apart by its length: with the text or without.
 * - Of the calls to the provider those that it took, or may have taken.
 * - Of what is counted in windows of seconds nothing: a window that is over is never asked about again.
 * - How much of a limit is used up is left out, but for one that shows what was given back: no story comes near them.
 */
export const fingerprint = (room: SendRoom, position: unknown): string => {
  const { world, known, deadKeys, delivered, box } = room;
  const { table, queue, calls, turns, secret, clock } = world;
  const now = clock.now();
  const [record] = recordsIn(world);
  const appointment = ({ at, visibleAt }: Waiting): unknown => [at, visibleAt, at === record?.nextAttemptAt];
  const text = JSON.stringify([
    position,
    {
      ...known,
      ambiguous: known.ambiguous > 0,
      inMemory: known.inMemory !== null,
      stoppedAfter: known.stoppedAfter === null ? null : calls.length - known.stoppedAfter,
    },
    record === undefined ? null : decisive(record),
    [flagsIn(table.items.get('app#shop')), world.used('messages-per-month')],
    // What a letter says beside its message's id, nobody reads.
    box.letters.map(({ hiddenUntil }) => (hiddenUntil <= now ? 'there' : hiddenUntil)).sort(),
    [...table.items].filter(([pk]) => pk.startsWith('provider#')),
    [...queue.waiting].sort((a, b) => a.visibleAt - b.visibleAt || a.at - b.at).map(appointment),
    calls.map(({ took, outcome, message }, i) => (took || outcome === 'unknown' ? [i, took, message.attempt] : 0)),
    turns.length,
    Object.values(secret),
    [...deadKeys],
    delivered === undefined ? null : appointment(delivered),
  ]);
  return text.replace(MOMENT, (digits) => `${Math.floor((Number(digits) - now) / TICK_MS)} ticks`);
};

const flagsIn = (item: Item | undefined): unknown =>
  Object.entries(item ?? {}).filter(([name]) => name.startsWith('frozen'));

const decisive = (record: StoredRecord): unknown => {
  const { state, fence, leaseUntil, updatedAt, providerMessageId, settlesBy, sealed, nextAttemptAt, dueAt } = record;
  const moments = {
    ...(state === 'sending' ? { leaseUntil } : {}),
    ...(state === 'accepted' ? { updatedAt } : {}),
  };
  const { validUntil, takes, claimedMessageId, receiptAt } = record;
  // A receipt that came early is asked about once an attempt is accepted.
  const early = state === 'sending' || state === 'queued' ? receiptAt !== undefined : false;
  const hidden = [sealed?.length, takes.length, early, ...(isClaimAsked(record) ? [claimedMessageId] : [])];
  return { ...moments, state, fence, providerMessageId, settlesBy, nextAttemptAt, dueAt, validUntil, hidden };
};

/** A claim is read only while nobody knows the message's own id at the provider, and its outcome may be unknown. */
const isClaimAsked = ({ state, providerMessageId }: StoredRecord): boolean =>
  providerMessageId === null && (state === 'sending' || state === 'unknown' || state === 'queued');
