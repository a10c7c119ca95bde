import type { LimitWindow } from '../shared/limits.ts';
import type { AppWatch, WindowReading } from '../shared/watch-state.ts';
import { usedBetween } from './readings.ts';

type Readings = Readonly<Record<string, WindowReading>>;

/** The caps in money. Both count the same messages. */
const CAPS = ['spend-per-day', 'spend-per-month'];
/** What is spent a minute is the average of so many: one minute alone says little. */
const MINUTES = 5;
/** Somebody has to be awake by the time that a cap is gone. */
const SOON_MINUTES = 60;
/** So much, before half of the time that it is for: it will not last. */
const EARLY = { used: 0.8, passed: 0.5 };

/**
 * A risk is told for so long, though it lasts until its window ends: an alarm that went on for a month could not go off
 * for another app.
 */
const TOLD_MS = 15 * 60_000;

/** A cap in money that will not last. */
export interface SpendRisk {
  readonly limit: string;
  /** Until it is gone at the present rate; 0 when it is, `null` when it lasts. */
  readonly minutesLeft: number | null;
}

/** What was spent in each of the last minutes, in millionths, with the latest. Empty where there is no cap in money. */
export const spentAfter = (
  spent: readonly number[],
  before: Readings,
  now: Readings,
  minutes: number,
): readonly number[] => {
  const cap = CAPS.find((limit) => now[limit] !== undefined);
  if (cap === undefined) return [];
  const each = usedBetween(before[cap], now[cap]) / minutes;
  return [...spent, ...Array.from({ length: Math.min(minutes, MINUTES) }, () => each)].slice(-MINUTES);
};

/**
 * The cap of an app that is in danger, the one that is gone first.
 *
 * It is, when it is gone; when it will be gone within the hour, and before its time is over; and when four fifths of it
 * are used before half of its time has passed.
 *
 * @param now milliseconds since the epoch
 */
export const spendRisk = (
  windows: readonly LimitWindow[],
  readings: Readings,
  spent: readonly number[],
  now: number,
): SpendRisk | undefined => {
  const perMinute = spent.reduce((sum, each) => sum + each, 0) / Math.max(1, spent.length);
  const risks = windows
    .filter(({ limit }) => CAPS.includes(limit))
    .flatMap(({ limit, capacity, start, length }): SpendRisk[] => {
      const used = readings[limit]?.used ?? 0;
      const passed = now / 1000 - start;
      const minutes = used >= capacity ? 0 : perMinute > 0 ? (capacity - used) / perMinute : Infinity;
      const isGoneSoon = minutes <= Math.min(SOON_MINUTES, (length - passed) / 60);
      const isEarly = used >= EARLY.used * capacity && passed < EARLY.passed * length;
      const minutesLeft = Number.isFinite(minutes) ? Math.floor(minutes) : null;
      return isGoneSoon || isEarly ? [{ limit, minutesLeft }] : [];
    });
  return risks.sort((a, b) => (a.minutesLeft ?? Infinity) - (b.minutesLeft ?? Infinity))[0];
};

/** The same risk goes on; that of another cap is a new one. */
export const riskAfter = (before: AppWatch['risk'], risk: SpendRisk | undefined, now: number): AppWatch['risk'] => {
  if (risk === undefined) return null;
  return before?.limit === risk.limit ? before : { limit: risk.limit, since: now };
};

/** Whether a risk is so new that it is to be told. */
export const isToldOf = (risk: AppWatch['risk'], now: number): boolean => risk !== null && now - risk.since < TOLD_MS;
