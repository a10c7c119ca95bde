import { PROVIDERS } from '../../lambda/providers/contract.ts';
import { type Bound, boundText, least, sum, times } from './bound.ts';
import type { EnvironmentConfig, RoomConfig } from './environment.ts';
import { type LeakBound, leakBound } from './leak-bound.ts';
import { type PumpingBound, pumpingBound } from './pumping-bound.ts';
import { roomPolicy } from './room-policy.ts';

/**
 * What one room can cost at most, by its configuration alone, while something is wrong.
 *
 * Plain data, so that it can be shipped with a function's code.
 */
export interface LossBound {
  readonly room: string;
  /** Of everything but the leak: ISO 4217, of the room's prices; `null` where it has none. */
  readonly currency: string | null;
  /** Through each app by itself: what an abuser of one can cost. */
  readonly apps: readonly PumpingBound[];
  /** Through all apps at once. */
  readonly pumping: Omit<PumpingBound, 'app'> & {
    /** From the first message until somebody who was paged has acted. */
    readonly untilStopped: Bound;
  };
  /** `null` where there is no key. */
  readonly leak: LeakBound | null;
}

/** From the first message to the page: the volume alarms look every ten seconds and every minute. */
const PAGED_AFTER_MINUTES = 2;
/** An assumption: whoever is on call needs so long to wake up, read and type. */
const RESPONSE_MINUTES = 15;

/**
 * The most that an attack can cost while nobody reacts, in the currency of the room's prices.
 *
 * As true as the prices: they are ceilings that the configuration states.
 */
export const lossBound = (config: EnvironmentConfig, name: string, room: RoomConfig): LossBound => {
  const policy = roomPolicy(config, name, room);
  const apps = Object.keys(policy.apps).map((app) => pumpingBound(policy, app));
  const [minute, day, month] = (['minute', 'day', 'month'] as const).map((span) => sum(apps.map((app) => app[span])));
  if (minute === undefined || day === undefined || month === undefined) throw new Error('a bound for each span');
  // Over midnight in UTC the minutes are of two days.
  const untilStopped = least(times(minute, PAGED_AFTER_MINUTES + RESPONSE_MINUTES), times(day, 2));
  return {
    room: name,
    currency: policy.prices?.currency ?? null,
    apps,
    pumping: { minute, day, month, untilStopped },
    leak: leakBound(room, PROVIDERS[room.provider]),
  };
};

/** What can be lost, in a few lines: what synthesis says about a room. */
export const lossBlock = ({ room, currency, apps, pumping, leak }: LossBound): string => {
  const text = (bound: Bound): string => boundText(bound, currency);
  return [
    `loss bound of ${room}, by its configuration and prices, while nobody reacts`,
    `  pumping, a day: ${text(pumping.day)}`,
    `  pumping, a month: ${text(pumping.month)}`,
    `  pumping, until stopped (${PAGED_AFTER_MINUTES} minutes to the page, ${RESPONSE_MINUTES} to react): ${text(pumping.untilStopped)}`,
    ...(apps.length > 1 ? apps.map(({ app, day }) => `  through ${app} alone, a day: ${text(day)}`) : []),
    ...(leak === null ? [] : leakLines(leak)),
  ].join('\n');
};

const leakLines = ({ total, currency, pagedAfterMinutes, notes }: LeakBound): readonly string[] =>
  [
    `altogether ${boundText(total, currency)}`,
    pagedAfterMinutes === null
      ? 'nothing compares the room with its provider, so nobody is paged'
      : `paged at most ${pagedAfterMinutes} minutes after its first message`,
    ...notes,
  ].map((line) => `  leaked key: ${line}`);
