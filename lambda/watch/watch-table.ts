import { readAppItems } from '../shared/app-items.ts';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { writeRevised } from '../shared/revised-item.ts';
import { roomStateKey } from '../shared/room-state.ts';
import { WATCH_KEY, type WatchState } from '../shared/watch-state.ts';
import type { HourOfApps, Standing, WatchMemory } from './ports.ts';
import { HOURS_PER_WEEK, WEEKS } from './usual.ts';

const hourKey = (hourOfWeek: number): string => `watch#hour#${hourOfWeek}`;

/** One hour of one week. */
interface Remembered {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly apps: HourOfApps;
}

/** {@link WatchMemory} in the ledger's table: one item for what is going on, and one for each hour of the week. */
export const createWatchMemory = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): WatchMemory => {
  // The items are written here alone, so they have the shape they were written with.
  const weeks = async (hourOfWeek: number): Promise<readonly Remembered[]> =>
    ((await table.getItem(hourKey(hourOfWeek)))?.weeks ?? []) as unknown as readonly Remembered[];
  return {
    read: async () => (await table.getItem(WATCH_KEY)) as unknown as WatchState | undefined,
    write: (next, basedOn) => writeRevised(table, WATCH_KEY, next, basedOn),
    weeksOf: async (hourOfWeek) => (await weeks(hourOfWeek)).map(({ apps }) => apps),
    learn: async (hour, apps) => {
      const others = (await weeks(hour % HOURS_PER_WEEK)).filter((each) => each.hour !== hour);
      const all = [...others, { hour, apps }].sort((a, b) => a.hour - b.hour).slice(-WEEKS);
      await table.putItem({ pk: hourKey(hour % HOURS_PER_WEEK), weeks: all as unknown as Plain });
    },
  };
};

/**
 * Reads what the apps have used.
 *
 * The room's item by itself: a role is let into parts of the table, and one call may not reach into two.
 */
export const createStanding =
  (table: Pick<DynamoDb, 'getItem' | 'getItems'>, apps: readonly string[]): (() => Promise<Standing>) =>
  async () => {
    const [room, items] = await Promise.all([table.getItem(roomStateKey), readAppItems(table, apps)]);
    return { room, apps: Object.fromEntries(items) };
  };
