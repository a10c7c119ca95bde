import type { RotationState } from '../../../../lambda/rotate-key/ports.ts';
import type { MemorySecret } from './memory-secret.ts';
import type { TestRoom } from './room.ts';

const MINUTE_MS = 60_000;

/** Values made at random: UUIDs, the providers' ids and secrets, D7's tokens, and what managing credentials are made of. */
const RANDOM = [
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/,
  /[0-9a-f]{32}|[0-9A-F]{32}/,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  /(?<=")(?:[\w-]{32}|keyroom-[0-9a-f]{8})(?=\\?")/,
];
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z?|(?<=[:,[])1[7-9]\d{11}(?=[,\]}])/;
const TO_REPLACE = new RegExp(`(${RANDOM.map(({ source }) => source).join('|')})|${TIME.source}`, 'g');

/**
 * Everything outside the function that may decide what happens next, as a text that is equal for worlds that differ in
 * nothing else.
 *
 * - Random values become numbers, in the order in which they appear: no code looks inside them or sorts by them.
 * - Moments become minutes from now: no code knows the time of day. The function and its stores tell time to the minute
 *   in these stories; of the provider's moments the seconds are left out, because no story comes within a minute of a
 *   key's expiry or half its life.
 * - The revision of the state only says whether somebody else wrote: whether it is 0 is all that is kept.
 * - A claim that is over is none.
 * - What the last failed step failed for is told to people, and decides nothing: that one failed is all that is kept.
 *
 * Left out: messages (no story sends), and how much of a day's quota is used up (no story comes near it).
 */
export const fingerprint = (room: TestRoom, position: unknown): string => {
  const text = JSON.stringify([
    position,
    [room.sending, room.managing, room.inbox].map(labelled),
    [...room.table.items].map(([pk, { revision, state, ...item }]) => [pk, item, revision === 0, stateOf(room, state)]),
    room.simulator.credentials(),
    room.simulator.secrets(),
    room.simulator.account(),
  ]);
  const numbers = new Map<string, number>();
  return text.replace(TO_REPLACE, (found: string, random: string | undefined) => {
    if (random === undefined) {
      const time = /^\d+$/.test(found) ? Number(found) : Date.parse(found.endsWith('Z') ? found : `${found}Z`);
      return `${Math.floor((time - room.now()) / MINUTE_MS)}min`;
    }
    const number = numbers.get(random) ?? numbers.size;
    numbers.set(random, number);
    return `#${number}`;
  });
};

const labelled = ({ versions, rotationEnabled }: MemorySecret): unknown => [
  rotationEnabled,
  [...versions].map(([id, { text, createdAt, stages }]) => [id, text, createdAt, [...stages].sort()]),
];

const stateOf = (room: TestRoom, state: unknown): unknown => {
  const { claim, failure, ...rest } = JSON.parse(String(state)) as Pick<RotationState, 'claim' | 'failure'>;
  const isClaimed = claim !== null && Date.parse(claim.until) > room.now();
  return { ...rest, claim: isClaimed ? claim : null, hasFailed: failure !== undefined };
};
