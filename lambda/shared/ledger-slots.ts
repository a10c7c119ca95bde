import type { Plain } from './aws/attribute-value.ts';
import { type ConditionalUpdate, type Item, longest, numberIn, windowEnd } from './ledger-windows.ts';
import type { Condition } from './aws/dynamodb.ts';
import type { OptOut } from './opt-outs.ts';
import type { Short, Take, Window, WindowState } from './unit-ledger.ts';

/**
 * Windows that are never rolled over: each has an attribute of its own, named after its app and its beginning, in an
 * item that leaves by itself.
 *
 * So one write takes a unit whatever was there before: no item, an old window, or the current one. An app's item could
 * not do this, as it stays for ever and would grow with every window.
 */
export const slotOf = (app: string, { limit, start }: Pick<Window, 'limit' | 'start'>): string =>
  `${app}.${limit}@${start}`;

/** How long an item outlives its last window: clocks differ, and a late refund must find it. */
export const KEPT_SECONDS = 24 * 60 * 60;

/** The take that no window of this size can give, even when it is empty. */
export const hopeless = (takes: readonly Take[]): Short | undefined =>
  longest(takes.flatMap((take) => (take.units > take.capacity ? [{ ...take, left: 0 }] : [])));

/** The one conditional update that takes all units or none, and makes the item where there is none. */
export const takeSlots = (app: string, takes: readonly Take[]): ConditionalUpdate => {
  const { names, values } = scopeOf(app, takes);
  takes.forEach(({ units, capacity }, i) => (values[`:most${i}`] = capacity - units));
  const conditions = takes.map((_, i) => `(attribute_not_exists(#u${i}) OR #u${i} <= :most${i})`);
  const sets = takes.map((_, i) => `#u${i} = if_not_exists(#u${i}, :zero) + :units${i}`);
  values[':zero'] = 0;
  values[':expires'] = expiryOf(takes);
  const day = dayOf(takes);
  if (day !== undefined) {
    values[':day'] = day;
    conditions.push('attribute_not_exists(optedOut)', '(attribute_not_exists(ofDay) OR ofDay = :day)');
    sets.push('ofDay = :day');
  }
  return {
    update: `SET ${[...sets, 'expiresAt = :expires'].join(', ')}`,
    only: { condition: conditions.join(' AND '), names, values },
  };
};

/**
 * The one conditional put that takes the units and forgets the earlier day the item is of, whose windows are all over.
 *
 * @param later as {@link dayAgainst} says it
 */
export const takeFirstOfDay = (
  app: string,
  pk: string,
  takes: readonly Take[],
  later: number,
): { readonly item: Item & { readonly pk: string }; readonly only: Condition } => {
  const day = dayOf(takes) ?? 0;
  const slots = takes.map((take) => [slotOf(app, take), take.units] as const);
  return {
    item: { ...Object.fromEntries(slots), pk, ofDay: day, expiresAt: expiryOf(takes) },
    only: { condition: 'ofDay = :before AND attribute_not_exists(optedOut)', values: { ':before': day + later } },
  };
};

/** By how many seconds the day that an item is of is later than that of the takes; below zero where it is earlier. */
export const dayAgainst = (item: Item, takes: readonly Take[]): number => {
  const [day, held] = [dayOf(takes), numberIn(item, 'ofDay')];
  return day === undefined || held === undefined ? 0 : held - day;
};

/** The takes in the first windows of a later day: a day never comes back, or its units would come twice. */
export const inLaterDay = (takes: readonly Take[], later: number): readonly Take[] =>
  takes.map((take) => {
    const day = (take.day ?? 0) + later;
    return { ...take, day, start: Math.max(take.start, day) };
  });

/** The one conditional update that gives units back; where the item is gone, so are the windows. */
export const giveSlots = (app: string, takes: readonly Take[]): ConditionalUpdate => {
  const { names, values } = scopeOf(app, takes);
  return {
    update: `SET ${takes.map((_, i) => `#u${i} = #u${i} - :units${i}`).join(', ')}`,
    only: { condition: takes.map((_, i) => `#u${i} >= :units${i}`).join(' AND '), names, values },
  };
};

/** Which of the takes the item cannot give. */
export const exhaustedSlot = (app: string, item: Item, takes: readonly Take[]): Short | undefined =>
  longest(
    takes.flatMap((take) => {
      const left = leftIn(app, item, take);
      return take.units > left ? [{ ...take, left }] : [];
    }),
  );

/** What the windows have left, as the item says; a missing item has everything left. */
export const leftInSlots = (app: string, item: Item, windows: readonly Window[]): readonly WindowState[] =>
  windows.map((window) => ({ window, left: leftIn(app, item, window) }));

const leftIn = (app: string, item: Item, window: Window): number =>
  Math.max(window.capacity - (numberIn(item, slotOf(app, window)) ?? 0), 0);

/** Whether the recipient whose item it is opted out, and how. */
export const optOutIn = (item: Item | undefined): OptOut | undefined => {
  const since = item === undefined ? undefined : numberIn(item, 'optedOut');
  // The ledger is written by these functions alone.
  return since === undefined ? undefined : { since, source: item?.optedOutBy as OptOut['source'] };
};

const dayOf = (takes: readonly Take[]): number | undefined => takes[0]?.day;

const expiryOf = (takes: readonly Take[]): number => Math.max(...takes.map(windowEnd)) + KEPT_SECONDS;

const scopeOf = (app: string, takes: readonly Take[]) => {
  const names: Record<string, string> = {};
  const values: Record<string, Plain> = {};
  takes.forEach((take, i) => {
    names[`#u${i}`] = slotOf(app, take);
    values[`:units${i}`] = take.units;
  });
  return { names, values };
};
