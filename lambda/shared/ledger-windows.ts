import { frozenCountry } from './app-freeze.ts';
import type { Plain } from './aws/attribute-value.ts';
import type { Condition } from './aws/dynamodb.ts';
import { seenCountry } from './seen-countries.ts';
import type { Short, Take, Window, WindowState } from './unit-ledger.ts';

/** An item of the ledger, as a read or a failed condition shows it. */
export type Item = Readonly<Record<string, Plain>>;

/** An update and the condition it is under. */
export interface ConditionalUpdate {
  readonly update: string;
  readonly only: Condition;
}

/** What a take has to do about its window. */
export interface Planned {
  readonly take: Take;
  /** The window the item still holds, to be rolled over; `undefined` where it holds none. Absent: it is current. */
  readonly stale?: { readonly start: number | undefined };
}

/** A window of an app is two attributes of its item: its beginning and what is used of it. */
const startOf = (limit: string): string => `${limit}-start`;
const usedOf = (limit: string): string => `${limit}-used`;

/** A number in an item; `undefined` where there is none. */
export const numberIn = (item: Item, name: string): number | undefined => {
  const value = item[name];
  return typeof value === 'number' ? value : undefined;
};

/** When the window ends, in seconds since the epoch. */
export const windowEnd = ({ start, length }: Pick<Window, 'start' | 'length'>): number => start + length;

/** The exhausted window that lasts longest, of those that cannot give what is asked of them. */
export const longest = (short: readonly Short[]): Short | undefined =>
  [...short].sort((a, b) => windowEnd(b) - windowEnd(a))[0];

/** Why the units cannot be had, as the item says; otherwise how to take them. */
export const plan = (
  item: Item,
  takes: readonly Take[],
): { kind: 'exhausted'; take: Short } | { kind: 'planned'; plan: readonly Planned[] } => {
  const planned = takes.map((take): Planned & { free: number } => {
    const start = numberIn(item, startOf(take.limit));
    if (start === undefined || start < take.start) return { take, stale: { start }, free: take.capacity };
    // A later window than ours means this clock is behind: a window never rolls back, or its units would come twice.
    return { take: { ...take, start }, free: take.capacity - (numberIn(item, usedOf(take.limit)) ?? 0) };
  });
  const take = longest(
    planned.flatMap(({ take: wanted, free }) => (wanted.units > free ? [{ ...wanted, left: Math.max(free, 0) }] : [])),
  );
  return take ? { kind: 'exhausted', take } : { kind: 'planned', plan: planned };
};

/** What the app's windows have left, as its item says. */
export const leftInApp = (item: Item, windows: readonly Window[]): readonly WindowState[] =>
  windows.map((window) => {
    const start = numberIn(item, startOf(window.limit)) ?? 0;
    const used = start < window.start ? 0 : (numberIn(item, usedOf(window.limit)) ?? 0);
    return { window: { ...window, start: Math.max(start, window.start) }, left: Math.max(window.capacity - used, 0) };
  });

/** What is left according to the attributes that a take changed; a window they do not show is left out. */
export const leftAfter = (
  changed: Item,
  takes: readonly Take[],
  nameOf: (take: Take) => string = ({ limit }) => usedOf(limit),
): readonly WindowState[] =>
  takes.flatMap((take) => {
    const used = numberIn(changed, nameOf(take));
    return used === undefined ? [] : [{ window: take, left: Math.max(take.capacity - used, 0) }];
  });

/** The one conditional update that takes all units of an app or none: nothing of a frozen app, or to a frozen country. */
export const takeUnits = (planned: readonly Planned[], country: string): ConditionalUpdate => {
  const names: Record<string, string> = { '#country': frozenCountry(country), '#seen': seenCountry(country) };
  const values: Record<string, Plain> = { ':no': false, ':yes': true };
  const sets: string[] = ['#seen = :yes'];
  const conditions = ['attribute_exists(pk)', 'frozen = :no', 'attribute_not_exists(#country)'];
  planned.forEach(({ take, stale }, i) => {
    names[`#s${i}`] = startOf(take.limit);
    names[`#u${i}`] = usedOf(take.limit);
    values[`:units${i}`] = take.units;
    if (stale === undefined) {
      values[`:start${i}`] = take.start;
      values[`:most${i}`] = take.capacity - take.units;
      conditions.push(`#s${i} = :start${i}`, `#u${i} <= :most${i}`);
      sets.push(`#u${i} = #u${i} + :units${i}`);
      return;
    }
    values[`:start${i}`] = take.start;
    sets.push(`#s${i} = :start${i}`, `#u${i} = :units${i}`);
    // The old beginning is the version: of two that roll over at once, one wins and the other sees the new window.
    if (stale.start === undefined) conditions.push(`attribute_not_exists(#s${i})`);
    else {
      values[`:stale${i}`] = stale.start;
      conditions.push(`#s${i} = :stale${i}`);
    }
  });
  return { update: `SET ${sets.join(', ')}`, only: { condition: conditions.join(' AND '), names, values } };
};

/** The one conditional update that gives an app's units back, while their windows last. */
export const giveUnits = (takes: readonly Take[]): ConditionalUpdate => {
  const names: Record<string, string> = {};
  const values: Record<string, Plain> = {};
  takes.forEach((take, i) => {
    names[`#s${i}`] = startOf(take.limit);
    names[`#u${i}`] = usedOf(take.limit);
    values[`:start${i}`] = take.start;
    values[`:units${i}`] = take.units;
  });
  const all = takes.map((_, i) => i);
  return {
    update: `SET ${all.map((i) => `#u${i} = #u${i} - :units${i}`).join(', ')}`,
    only: { condition: all.map((i) => `#s${i} = :start${i} AND #u${i} >= :units${i}`).join(' AND '), names, values },
  };
};
