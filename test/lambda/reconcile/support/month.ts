import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { createReconciledRoom, type Fate, type ReconciledRoom } from './room.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POLL = 5 * MINUTE;
/** After an outage: of D7 the cost of each message is read, so many in a look. */
const CATCHING_UP = 6 * POLL;

/** What a simulated time came to. */
export interface MonthResult {
  readonly looks: number;
  readonly messages: number;
  /** Messages whose answer was lost, and messages that were tried again. */
  readonly lost: number;
  readonly retried: number;
  /** Looks that found something foreign where there was nothing. */
  readonly falseAlarms: number;
  /** Milliseconds from each thief's message to the look that found it. */
  readonly delays: readonly number[];
  readonly missed: number;
  /** Looks after which the comparison was further behind than the alarm allows. */
  readonly stale: number;
  readonly listings: number;
  readonly reports: number;
}

/** A small generator of random numbers: the same seed makes the same month. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Messages an hour: few at night, many at noon, a burst after midnight UTC, and one afternoon's campaign. */
const perHour = (at: number, started: number): number => {
  const hour = (at % DAY) / HOUR;
  const day = Math.floor((at - started) / DAY);
  if (day % 10 === 2 && hour >= 14 && hour < 16) return 120;
  if (hour < 0.25) return 60;
  return 1 + 14 * Math.max(0, Math.sin(((hour - 6) / 16) * Math.PI));
};

/** Moments of thieves: in traffic and out of it, at midnight, and one soon after another. */
const THEFTS = [0.4, 1.0007, 1.93, 3.5, 11.02, 20.6, 28.9];

/** Plays days of a room's life, with everything that happens to one, and thieves. */
export const playMonth = async (
  name: SimulatedProviderName,
  seed: number,
  days: number,
  thefts: readonly number[] = THEFTS,
): Promise<MonthResult> => {
  const random = randomFrom(seed);
  const world = await createReconciledRoom(name, { skewMs: Math.round((random() - 0.5) * 40_000), random });
  const { room } = world;
  const started = room.now();
  await world.look();
  const counts = { looks: 0, messages: 0, lost: 0, retried: 0, falseAlarms: 0, stale: 0 };
  const pending = thefts.filter((at) => at < days).map((at) => started + at * DAY);
  const open: number[] = [];
  const delays: number[] = [];
  const retries: { readonly at: number; readonly again: () => Promise<unknown> }[] = [];
  let nextLook = started + POLL;
  let nextMessage = started + MINUTE;
  let nextDay = started + DAY;
  let away = { from: Infinity, until: Infinity };
  if (days > 5) away = { from: started + 5.2 * DAY, until: started + 5.9 * DAY };

  const until = started + days * DAY;
  while (room.now() < until) {
    const [nextRetry] = retries.sort((a, b) => a.at - b.at);
    const at = Math.min(nextLook, nextMessage, nextDay, pending[0] ?? Infinity, nextRetry?.at ?? Infinity);
    world.advance(Math.max(0, at - room.now()));
    if (at === nextDay) {
      nextDay += DAY;
      world.forget(world.now());
      if (name === 'd7' && random() < 0.3) world.view.paidIn(50_000_000);
    } else if (at === pending[0]) {
      pending.shift();
      world.rogue();
      open.push(room.now());
    } else if (at === nextRetry?.at) {
      retries.shift();
      await nextRetry.again();
    } else if (at === nextMessage) {
      await sendOne(world, random, counts, (again) => {
        retries.push({ at: room.now() + random() * 40 * MINUTE, again });
      });
      nextMessage = room.now() + (-Math.log(1 - random()) * HOUR) / perHour(room.now(), started);
    } else {
      nextLook += POLL;
      if (at > away.from && at < away.until) continue;
      counts.looks++;
      const before = foundSoFar(await world.command({ action: 'report' }));
      const after = foundSoFar(await world.look());
      const isAlarm = after !== '' && after !== before;
      const found = open.splice(0, isAlarm ? open.length : 0);
      if (isAlarm && found.length === 0) counts.falseAlarms++;
      delays.push(...found.map((since) => room.now() - since));
      const age = world.emitted.at(-1)?.ReconcileAgeSeconds ?? 0;
      if (age > STALE_SECONDS && at > away.until + CATCHING_UP) counts.stale++;
    }
  }
  return { ...counts, delays, missed: open.length, listings: world.asked.listings, reports: world.asked.reports };
};

const STALE_SECONDS = 1800;

/** Differs as soon as one look found more. */
const foundSoFar = ({ surplus }: Awaited<ReturnType<ReconciledRoom['look']>>): string => surplus?.lastFoundAt ?? '';

const sendOne = async (
  world: ReconciledRoom,
  random: () => number,
  counts: { messages: number; lost: number; retried: number },
  later: (again: () => Promise<unknown>) => void,
): Promise<void> => {
  counts.messages++;
  const chance = random();
  if (chance < 0.05) {
    counts.retried++;
    later(await world.queue());
    return;
  }
  const fate: Fate = chance < 0.06 ? 'lost' : chance < 0.065 ? 'crashed' : chance < 0.07 ? 'lost-unsent' : 'accepted';
  if (fate !== 'accepted') counts.lost++;
  await world.send(fate);
};
