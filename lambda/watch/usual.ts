import type { Around, Usual } from '../shared/watch-state.ts';

/** What an hour of the week was like in one week, on the scale of {@link stabilised}. */
export interface PastHour {
  /** Hours since the epoch. */
  readonly hour: number;
  /** The median of its minutes. */
  readonly level: number;
  /** How far its minutes were from that: 1.4826 times the median of the distances, as a standard deviation would be. */
  readonly spread: number;
}

/** Weeks that are remembered of every hour: a campaign, or an attack, in one of them does not move the median. */
export const WEEKS = 4;
export const HOURS_PER_WEEK = 168;

/**
 * A count on a scale on which it scatters by about 1, however large it is, as counts of independent events do.
 *
 * The Anscombe transform. https://doi.org/10.1093/biomet/35.3-4.246
 */
export const stabilised = (count: number): number => 2 * Math.sqrt(count + 3 / 8);

/** The other way: what count a level stands for. */
export const countAt = (level: number): number => Math.max(0, (level / 2) ** 2 - 3 / 8);

/** The middle of some numbers, of which there is at least one. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};

/** Makes a median of distances comparable with a standard deviation. https://doi.org/10.1080/01621459.1993.10476408 */
const MAD_TO_DEVIATION = 1.4826;

const deviation = (values: readonly number[], centre: number): number =>
  MAD_TO_DEVIATION * median(values.map((value) => Math.abs(value - centre)));

/** What the minutes of an hour come to. @param counts at least one */
export const pastHour = (hour: number, counts: readonly number[]): PastHour => {
  const values = counts.map(stabilised);
  const level = median(values);
  return { hour, level, spread: deviation(values, level) };
};

/** An hour of the week, by the weeks that are remembered: how its minutes scatter, and how its weeks do. */
export const usualOf = (weeks: readonly PastHour[]): Usual | null => {
  if (weeks.length === 0) return null;
  const levels = weeks.map((week) => week.level);
  const level = median(levels);
  return { level, spread: Math.hypot(median(weeks.map(({ spread }) => spread)), deviation(levels, level)) };
};

/** How much busier or quieter than usual a good day may be altogether, as a part of 1. */
const GOOD_DAY = 0.3;
/** People may come so many hours earlier or later: where traffic rises steeply, that is a great difference. */
const SHIFTED_HOURS = 0.5;

/**
 * What is usual at a moment of an hour: between the middles of this hour and the next one to it.
 *
 * The spread is never smaller than that of independent events, and holds what good days differ by.
 *
 * @param fraction of the hour that has passed, 0 to 1
 */
export const usualAt = ([before, here, after]: Around, fraction: number): Usual | null => {
  if (here === null) return null;
  const other = (fraction < 0.5 ? before : after) ?? here;
  const share = Math.abs(fraction - 0.5);
  const level = here.level * (1 - share) + other.level * share;
  const slope = ((after ?? here).level - (before ?? here).level) / 2;
  // A count that is a part p larger is about p / 2 of the level higher on this scale.
  const spread = Math.hypot(here.spread, (GOOD_DAY / 2) * level, SHIFTED_HOURS * slope);
  return { level, spread: Math.max(1, spread) };
};
