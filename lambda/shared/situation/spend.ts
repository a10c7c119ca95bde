import type { Plain } from '../aws/attribute-value.ts';
import { iso } from '../clock.ts';
import type { RoomPolicy } from '../contract.ts';
import { leftInApp } from '../ledger-windows.ts';
import { type LimitWindow, limitsOf } from '../limits.ts';
import type { Cap, Spend } from './contract.ts';

type Item = Readonly<Record<string, Plain>>;

/** Caps that bound a flood: how fast a message may follow another does not, and not every message is international. */
const BOUNDS = ['messages-per-day', 'messages-per-month', 'segments-per-day', 'spend-per-day', 'spend-per-month'];

/**
 * What the apps have used of their caps, and when each is exhausted if it goes on like this.
 *
 * A message is taken to cost what the app's messages in the same window cost on average.
 *
 * @param perMinute messages that each app sends a minute; `undefined` where nobody knows
 */
export const spendOf = (
  { apps, prices }: Pick<RoomPolicy, 'apps' | 'prices'>,
  items: Readonly<Record<string, Item | undefined>>,
  perMinute: Readonly<Record<string, number>> | undefined,
  now: number,
): Spend => {
  const caps = Object.entries(apps).flatMap(([app, { limits }]) => {
    const windows = limitsOf(limits, now).filter(({ limit }) => BOUNDS.includes(limit));
    return capsOf(app, windows, items[app] ?? {}, perMinute?.[app] ?? 0, now);
  });
  const today = caps.filter(({ limit }) => limit === 'spend-per-day');
  const sum = (of: (cap: Cap) => number): number => today.reduce((total, cap) => total + of(cap), 0);
  return {
    today:
      today.length === 0 || prices === null
        ? null
        : { used: sum(({ used }) => used), cap: sum(({ capacity }) => capacity), currency: prices.currency },
    caps: [...caps].sort(
      (a, b) => (a.exhaustedInSeconds ?? Infinity) - (b.exhaustedInSeconds ?? Infinity) || share(b) - share(a),
    ),
  };
};

/** How much of a cap is used, from 0 to 1. */
const share = ({ used, capacity }: Cap): number => (capacity === 0 ? 1 : used / capacity);

const capsOf = (
  app: string,
  windows: readonly LimitWindow[],
  item: Item,
  perMinute: number,
  now: number,
): readonly Cap[] => {
  const left = new Map(leftInApp(item, windows).map(({ window, left: units }) => [window.limit, units]));
  const usedOf = ({ limit, capacity }: LimitWindow): number => capacity - (left.get(limit) ?? capacity);
  return windows.map((window) => {
    const { limit, unit, capacity, start, length } = window;
    const used = usedOf(window);
    const messages = windows.find((other) => other.unit === 'messages' && other.length === length);
    const sent = messages === undefined ? 0 : usedOf(messages);
    const perSecond = sent === 0 ? 0 : (perMinute * (used / sent)) / 60;
    // Whoever is refused sends nothing, so a rate says nothing of a cap that is used up.
    const inSeconds = used >= capacity ? 0 : (capacity - used) / perSecond;
    return {
      ...{ app, limit, unit, used, capacity },
      resetsAt: iso((start + length) * 1000),
      exhaustedInSeconds: inSeconds < start + length - now / 1000 ? Math.floor(inSeconds) : null,
    };
  });
};
