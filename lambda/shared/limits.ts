import type { components } from '../api/types.ts';
import { iso } from './clock.ts';
import type { AppLimits, RoomPolicy } from './contract.ts';
import type { Cost } from './money.ts';
import { recipientKey } from './opt-outs.ts';
import type { Take, Window } from './unit-ledger.ts';

/** What a limit counts: messages, segments of SMS, or money in millionths of the currency. */
export type LimitUnit = 'messages' | 'segments' | 'micro-units';

/** Whom a limit is about: the app, or one recipient or one range of numbers as that app messages them. */
export type LimitScope = 'app' | 'rate' | 'recipient' | 'prefix';

interface Limit {
  /** As answers, headers and the ledger call it. */
  readonly limit: string;
  readonly scope: LimitScope;
  readonly unit: LimitUnit;
  /** Length of the window, in seconds. */
  readonly every: number | 'month';
  /** `null` where there is no such limit. */
  readonly capacity: (limits: AppLimits) => number | null;
  /** @default - every message */
  readonly counts?: 'international' | 'one-time-codes';
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Every limit there is, in the order in which people read them.
 *
 * A rate has an item of its own for every second: in the app's item its window would roll over with nearly every message,
 * which costs a second write. Windows for one-time codes that grow in length are what makes the delay between two of
 * them grow.
 */
const LIMITS: readonly Limit[] = [
  { limit: 'messages-per-second', scope: 'rate', unit: 'messages', every: 1, capacity: (l) => l.messagesPerSecond },
  { limit: 'messages-per-day', scope: 'app', unit: 'messages', every: DAY, capacity: (l) => l.messagesPerDay },
  { limit: 'messages-per-month', scope: 'app', unit: 'messages', every: 'month', capacity: (l) => l.messagesPerMonth },
  {
    limit: 'international-messages-per-day',
    scope: 'app',
    unit: 'messages',
    every: DAY,
    capacity: (l) => l.internationalMessagesPerDay,
    counts: 'international',
  },
  { limit: 'segments-per-day', scope: 'app', unit: 'segments', every: DAY, capacity: (l) => l.segmentsPerDay },
  { limit: 'spend-per-day', scope: 'app', unit: 'micro-units', every: DAY, capacity: (l) => l.spendPerDay },
  { limit: 'spend-per-month', scope: 'app', unit: 'micro-units', every: 'month', capacity: (l) => l.spendPerMonth },
  {
    limit: 'codes-per-recipient-per-minute',
    scope: 'recipient',
    unit: 'messages',
    every: MINUTE,
    capacity: (l) => l.codesPerRecipientPerMinute,
    counts: 'one-time-codes',
  },
  {
    limit: 'codes-per-recipient-per-ten-minutes',
    scope: 'recipient',
    unit: 'messages',
    every: 10 * MINUTE,
    capacity: (l) => l.codesPerRecipientPerTenMinutes,
    counts: 'one-time-codes',
  },
  {
    limit: 'messages-per-recipient-per-hour',
    scope: 'recipient',
    unit: 'messages',
    every: HOUR,
    capacity: (l) => l.messagesPerRecipientPerHour,
  },
  {
    limit: 'messages-per-recipient-per-day',
    scope: 'recipient',
    unit: 'messages',
    every: DAY,
    capacity: (l) => l.messagesPerRecipientPerDay,
  },
  {
    limit: 'messages-per-prefix-per-hour',
    scope: 'prefix',
    unit: 'messages',
    every: HOUR,
    capacity: (l) => l.messagesPerPrefixPerHour,
  },
];

/** A limit of an app, with the window of it that a moment falls into. */
export interface LimitWindow extends Window, Pick<Limit, 'limit' | 'scope' | 'unit' | 'counts'> {}

/** Every limit of an app. @param now milliseconds since the epoch; windows are in UTC */
export const limitsOf = (limits: AppLimits, now: number): readonly LimitWindow[] =>
  LIMITS.flatMap(({ capacity: of, every, ...limit }) => {
    const capacity = of(limits);
    return capacity === null ? [] : [{ ...limit, capacity, ...windowAt(every, now) }];
  });

const windowAt = (every: number | 'month', now: number): Pick<Window, 'start' | 'length'> => {
  if (every !== 'month') {
    const seconds = Math.floor(now / 1000);
    return { start: seconds - (seconds % every), length: every };
  }
  const date = new Date(now);
  const [start, end] = [0, 1].map((ahead) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead) / 1000);
  return { start: start ?? 0, length: (end ?? 0) - (start ?? 0) };
};

/** What limits look at in a message. */
export interface Counted {
  readonly app: string;
  readonly international: boolean;
  readonly category: 'otp' | 'transactional' | 'marketing';
  /** `null` where the channel has none. */
  readonly segments: number | null;
  /** `null` where the room has no price for it. */
  readonly cost: Cost | null;
  /** Keyed hash of the number. */
  readonly recipient: string;
  /** Keyed hash of the first digits of the number. */
  readonly prefix: string;
}

/** The windows that a message counts in, with the items that hold them. */
export const windowsFor = (limits: AppLimits, message: Counted, now: number): readonly MessageWindow[] =>
  limitsOf(limits, now)
    .filter(
      ({ counts }) =>
        counts === undefined || (counts === 'international' ? message.international : message.category === 'otp'),
    )
    .map((window) => ({ ...window, ...itemOf(window.scope, message, now) }));

/** A window of a limit, and the item that holds it unless the app's own does. */
export type MessageWindow = LimitWindow & Pick<Take, 'item' | 'day'>;

/** The units that a message costs. What it does not cost anything of is left out. */
export const takesFor = (limits: AppLimits, message: Counted, now: number): readonly Take[] =>
  windowsFor(limits, message, now)
    .map(({ limit, start, length, capacity, unit, item, day }) => ({
      ...{ limit, start, length, capacity, units: unitsOf(unit, message) },
      ...(item === undefined ? {} : { item }),
      ...(day === undefined ? {} : { day }),
    }))
    .filter(({ units }) => units > 0);

/** An item holds no more than a day's windows, so that it stays small and can go. */
const itemOf = (scope: LimitScope, { app, recipient, prefix }: Counted, now: number): Pick<Take, 'item' | 'day'> => {
  switch (scope) {
    case 'app':
      return {};
    case 'rate':
      return { item: `rate#${app}#${windowAt(1, now).start}` };
    case 'recipient':
      return { item: recipientKey(recipient), day: windowAt(DAY, now).start };
    case 'prefix':
      return { item: `prefix#${app}#${prefix}#${windowAt(HOUR, now).start}` };
  }
};

const unitsOf = (unit: LimitUnit, { segments, cost }: Counted): number => {
  if (unit === 'messages') return 1;
  if (unit === 'segments') return segments ?? 0;
  // Synth refuses a spend limit without a price; what slipped through must not be free.
  return cost?.micros ?? Number.MAX_SAFE_INTEGER;
};

type LimitUse = components['schemas']['LimitUse'];

/** A limit as the API shows it. @param left `null` where nobody asked, or where it differs by recipient */
export const toLimitUse = (
  { limit, unit, capacity, start, length }: LimitWindow,
  left: number | null,
  prices: RoomPolicy['prices'],
): LimitUse => ({
  limit,
  unit,
  currency: unit === 'micro-units' ? (prices?.currency ?? null) : null,
  allowed: capacity,
  used: left === null ? null : capacity - left,
  left,
  windowSeconds: length,
  resetsAt: iso((start + length) * 1000),
});
