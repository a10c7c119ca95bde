import type { Plain } from './aws/attribute-value.ts';
import type { Condition } from './aws/dynamodb.ts';
import type { Take } from './unit-ledger.ts';

/** The app's item, as a failed condition shows it. */
export type AppItem = Readonly<Record<string, Plain>>;

/** What a take has to do about its window. */
export interface Planned {
  readonly take: Take;
  /** The window the item still holds, to be rolled over; `undefined` where it holds none. Absent: it is current. */
  readonly stale?: { readonly start: number | undefined };
}

/** A window is two attributes of the app's item: its beginning and what is used of it. */
const startOf = (limit: string): string => `${limit}-start`;
const usedOf = (limit: string): string => `${limit}-used`;

const numberIn = (item: AppItem, name: string): number | undefined => {
  const value = item[name];
  return typeof value === 'number' ? value : undefined;
};

/** Why the units cannot be had, as the item says; otherwise how to take them. */
export const plan = (
  item: AppItem,
  takes: readonly Take[],
): { kind: 'exhausted'; take: Take } | { kind: 'planned'; plan: readonly Planned[] } => {
  const planned = takes.map((take): Planned & { free: number } => {
    const start = numberIn(item, startOf(take.limit));
    if (start === undefined || start < take.start) return { take, stale: { start }, free: take.capacity };
    // A later window than ours means this clock is behind: a window never rolls back, or its units would come twice.
    return { take: { ...take, start }, free: take.capacity - (numberIn(item, usedOf(take.limit)) ?? 0) };
  });
  const short = planned.filter(({ take, free }) => take.units > free);
  const last = short.sort((a, b) => windowEnd(b.take) - windowEnd(a.take))[0];
  return last ? { kind: 'exhausted', take: last.take } : { kind: 'planned', plan: planned };
};

/** When the window ends, in seconds since the epoch. */
export const windowEnd = ({ start, length }: Take): number => start + length;

/** The one conditional update that takes all units or none. */
export const takeUnits = (planned: readonly Planned[]): { update: string; only: Condition } => {
  const names: Record<string, string> = {};
  const values: Record<string, Plain> = { ':no': false };
  const sets: string[] = [];
  const conditions = ['attribute_exists(pk)', 'frozen = :no'];
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

/** The one conditional update that gives units back, while their windows last. */
export const giveUnits = (takes: readonly Take[]): { update: string; only: Condition } => {
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
