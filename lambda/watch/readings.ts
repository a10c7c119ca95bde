import type { Plain } from '../shared/aws/attribute-value.ts';
import type { AppLimits } from '../shared/contract.ts';
import { leftInApp } from '../shared/ledger-windows.ts';
import { limitsOf, type LimitWindow } from '../shared/limits.ts';
import type { Flow, WindowReading } from '../shared/watch-state.ts';

type Item = Readonly<Record<string, Plain>>;
export type Readings = Readonly<Record<string, WindowReading>>;

/** The windows that an app's messages are read from. */
export const FLOW_LIMITS: Readonly<Record<Flow, string>> = {
  messages: 'messages-per-day',
  abroad: 'international-messages-per-day',
};

/** The windows that the app's own item holds. @param now milliseconds since the epoch */
export const windowsOf = (limits: AppLimits, now: number): readonly LimitWindow[] =>
  limitsOf(limits, now).filter(({ scope }) => scope === 'app');

/** How much of each window is used, as the app's item says. */
export const readingsOf = (item: Item, windows: readonly LimitWindow[]): Readings =>
  Object.fromEntries(
    leftInApp(item, windows).map(({ window: { limit, start, capacity }, left }) => [
      limit,
      { start, used: capacity - left },
    ]),
  );

/**
 * What was used between two looks.
 *
 * What came back meanwhile, because it was not sent, is no use. Of a window that has ended in between only the new one's
 * use is known.
 */
export const usedBetween = (before: WindowReading | undefined, now: WindowReading | undefined): number => {
  if (now === undefined) return 0;
  if (before === undefined) return 0;
  return Math.max(0, before.start === now.start ? now.used - before.used : now.used);
};
