import type { DynamoDb } from './aws/dynamodb.ts';
import type { Clock } from './clock.ts';
import type { RoomPolicy } from './contract.ts';
import { givePlaceBack, keptUntil, type Places, takePlace } from './ledger-places.ts';
import { numberIn } from './ledger-windows.ts';
import { ledgerWrite } from './ledger-write.ts';
import { type PaceWindow, paceWindow } from './pace-windows.ts';
import type { Paced, SenderPace, Turn } from './sender-pace.ts';

/** SQS counts in whole seconds, and a worker needs a moment: a place closer to the end would be given in vain. */
const LEAST_LEFT_MS = 2000;
/** No message is valid for longer, so no place is reserved further ahead. */
const LONGEST_WAIT_MS = 48 * 3_600_000;
/** An idle sender's line begins once; a second and third look are for whoever lost that race. */
const MAX_LOOKS = 3;

/**
 * {@link SenderPace} in two kinds of item of the ledger.
 *
 * - One for each window, which counts its places: those of the present are taken by whoever comes first.
 * - One for each sender, which knows the next place of the future. Whoever reserves one takes it in its window, too, so
 *   that a message that comes later finds that window full and stands behind.
 */
export const createSenderPace = (options: {
  readonly table: DynamoDb;
  readonly room: Pick<RoomPolicy, 'messagesPerSecondBySender'>;
  readonly clock: Pick<Clock, 'now'>;
}): SenderPace => {
  const { table, room, clock } = options;
  const windowOf = (message: Paced, at: number): PaceWindow | undefined => {
    const senders = room.messagesPerSecondBySender?.[message.channel] ?? {};
    const perSecond = Object.hasOwn(senders, message.from) ? senders[message.from] : undefined;
    return perSecond === undefined ? undefined : paceWindow(perSecond, message.category, at);
  };
  const later = async (message: Paced, at: number): Promise<Turn> => {
    const window = windowOf(message, at);
    // Without effect where a clock is behind: then this one place is given twice.
    if (window) await takePlace(table, placeIn({ ...window, places: window.all }, message));
    return { kind: 'later', at, isReserved: true };
  };
  return {
    take: async (message) => {
      const window = windowOf(message, clock.now());
      if (window === undefined) return { kind: 'free' };
      const place = placeIn(window, message);
      const taken = await takePlace(table, place);
      if (taken === 'full') return { kind: 'full' };
      if (taken === 'no-answer') return { kind: 'free' };
      return { kind: 'taken', giveBack: () => givePlaceBack(table, place) };
    },
    reserve: async (message) => {
      const window = windowOf(message, clock.now());
      if (window === undefined) return { kind: 'later', at: clock.now(), isReserved: false };
      const { end: first, every } = window;
      const latest = message.validUntil - LEAST_LEFT_MS;
      const expires = keptUntil(clock.now() + LONGEST_WAIT_MS);
      const pk = `pace#line#${message.channel}#${message.from}`;
      const names = { '#next': message.category === 'otp' ? 'nextCode' : 'nextOther' };
      for (let look = 0; look < MAX_LOOKS; look++) {
        const behind = await ledgerWrite(() =>
          table.updateItem(pk, 'SET #next = #next + :every, expiresAt = :expires', {
            condition: '#next >= :first AND #next <= :latest',
            names,
            values: { ':every': every, ':first': first, ':latest': latest, ':expires': expires },
          }),
        );
        if (behind.kind === 'written') return later(message, Number(behind.changed[names['#next']]) - every);
        if (behind.kind !== 'condition-failed') break;
        const next = numberIn(behind.item ?? {}, names['#next']) ?? 0;
        const free = Math.max(next, first);
        if (free > latest) return { kind: 'too-late', freeInMs: free - latest };
        if (next >= first) continue;
        const begun = await ledgerWrite(() =>
          table.updateItem(pk, 'SET #next = :second, expiresAt = :expires', {
            condition: 'attribute_not_exists(#next) OR #next <= :seen',
            names,
            values: { ':second': first + every, ':seen': next, ':expires': expires },
          }),
        );
        if (begun.kind === 'written') return later(message, first);
        if (begun.kind !== 'condition-failed') break;
      }
      return first > latest
        ? { kind: 'too-late', freeInMs: first - latest }
        : { kind: 'later', at: first, isReserved: false };
    },
  };
};

const placeIn = ({ start, end, places }: PaceWindow, { channel, from }: Paced): Places => ({
  pk: `pace#window#${start}#${channel}#${from}`,
  most: places,
  end,
});
