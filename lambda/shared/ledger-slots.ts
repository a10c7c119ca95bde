import type { Plain } from './aws/attribute-value.ts';
import { type ConditionalUpdate, type Item, longest, numberIn, windowEnd } from './ledger-windows.ts';
import type { Take, Window, WindowState } from './unit-ledger.ts';

/**
 * Windows that are never rolled over: each has an attribute of its own, named after its beginning, in an item that
 * leaves by itself.
 *
 * So one write takes a unit whatever was there before: no item, an old window, or the current one. An app's item could
 * not do this, as it stays for ever and would grow with every window.
 */
export const slotOf = ({ limit, start }: Pick<Window, 'limit' | 'start'>): string => `${limit}@${start}`;

/** How long an item outlives its last window: clocks differ, and a late refund must find it. */
const KEPT_SECONDS = 24 * 60 * 60;

/** The take that no window of this size can give, even when it is empty. */
export const hopeless = (takes: readonly Take[]): Take | undefined =>
  longest(takes.filter(({ units, capacity }) => units > capacity));

/** The one conditional update that takes all units or none, and makes the item where there is none. */
export const takeSlots = (takes: readonly Take[]): ConditionalUpdate => {
  const { names, values } = scopeOf(takes);
  takes.forEach(({ units, capacity }, i) => (values[`:most${i}`] = capacity - units));
  const conditions = takes.map((_, i) => `(attribute_not_exists(#u${i}) OR #u${i} <= :most${i})`);
  const sets = takes.map((_, i) => `#u${i} = if_not_exists(#u${i}, :zero) + :units${i}`);
  values[':zero'] = 0;
  values[':expires'] = Math.max(...takes.map(windowEnd)) + KEPT_SECONDS;
  return {
    update: `SET ${[...sets, 'expiresAt = :expires'].join(', ')}`,
    only: { condition: conditions.join(' AND '), names, values },
  };
};

/** The one conditional update that gives units back; where the item is gone, so are the windows. */
export const giveSlots = (takes: readonly Take[]): ConditionalUpdate => {
  const { names, values } = scopeOf(takes);
  return {
    update: `SET ${takes.map((_, i) => `#u${i} = #u${i} - :units${i}`).join(', ')}`,
    only: { condition: takes.map((_, i) => `#u${i} >= :units${i}`).join(' AND '), names, values },
  };
};

/** Which of the takes the item cannot give. */
export const exhaustedSlot = (item: Item, takes: readonly Take[]): Take | undefined =>
  longest(takes.filter((take) => (numberIn(item, slotOf(take)) ?? 0) + take.units > take.capacity));

/** What the windows have left, as the item says; a missing item has everything left. */
export const leftInSlots = (item: Item, windows: readonly Window[]): readonly WindowState[] =>
  windows.map((window) => ({ window, left: Math.max(window.capacity - (numberIn(item, slotOf(window)) ?? 0), 0) }));

const scopeOf = (takes: readonly Take[]) => {
  const names: Record<string, string> = {};
  const values: Record<string, Plain> = {};
  takes.forEach((take, i) => {
    names[`#u${i}`] = slotOf(take);
    values[`:units${i}`] = take.units;
  });
  return { names, values };
};
