import { type AppWatch, type Flow, FLOWS, type WatchState } from '../shared/watch-state.ts';
import { hourOfFlow, inNewHour, UNKNOWN_FLOW } from './flow.ts';
import type { HourOfApps, WatchPorts } from './ports.ts';
import { HOURS_PER_WEEK, type PastHour } from './usual.ts';

/** This hour of this week is what is judged; it must not speak for itself. */
const LEAST_AGE_HOURS = 24;

/** Something of every flow. */
export const eachFlow = <T>(of: (flow: Flow) => T): Record<Flow, T> =>
  Object.fromEntries(FLOWS.map((flow) => [flow, of(flow)])) as Record<Flow, T>;

/** An app of which nothing is known. */
export const UNKNOWN_APP: AppWatch = {
  readings: {},
  flows: eachFlow(() => UNKNOWN_FLOW),
  spent: [],
  countries: [],
  sendsSince: null,
  risk: null,
  stoppedFor: { flood: false, money: false },
  stopping: [],
};

/**
 * Learns the hour that is over, and recalls what the new one and its neighbours were like in other weeks.
 *
 * @param before what the last look left
 * @param isContinued whether that was a moment ago: otherwise its hour teaches nothing, and no flow goes on
 * @param hour hours since the epoch
 */
export const beginHour = async (
  { room, memory }: Pick<WatchPorts, 'room' | 'memory'>,
  before: WatchState | undefined,
  isContinued: boolean,
  hour: number,
): Promise<WatchState['apps']> => {
  if (before !== undefined && isContinued) await memory.learn(before.hour, learnt(before));
  const [last, here, next] = await Promise.all(
    [hour - 1, hour, hour + 1].map((each) => memory.weeksOf(each % HOURS_PER_WEEK)),
  );
  const pastOf = (weeks: readonly HourOfApps[] | undefined, app: string, flow: Flow): readonly PastHour[] =>
    (weeks ?? []).flatMap((week) => week[app]?.[flow] ?? []).filter((past) => past.hour < hour - LEAST_AGE_HOURS);
  return Object.fromEntries(
    Object.keys(room.apps).map((app) => {
      const known = before?.apps[app] ?? UNKNOWN_APP;
      const flows = eachFlow((flow) =>
        inNewHour(isContinued ? known.flows[flow] : UNKNOWN_FLOW, [
          pastOf(last, app, flow),
          pastOf(here, app, flow),
          pastOf(next, app, flow),
        ]),
      );
      return [app, { ...known, flows }];
    }),
  );
};

const learnt = ({ hour, apps }: WatchState): HourOfApps =>
  Object.fromEntries(
    Object.entries(apps).flatMap(([app, { flows }]) => {
      const messages = hourOfFlow(hour, flows.messages);
      const abroad = hourOfFlow(hour, flows.abroad);
      return messages && abroad ? [[app, { messages, abroad }]] : [];
    }),
  );
