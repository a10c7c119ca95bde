import { announce } from './announce.ts';
import { announcedPerMinute, campaignsIn } from '../shared/campaigns.ts';
import { METRICS } from '../shared/contract.ts';
import { type AppWatch, type Flow, FLOWS, type FlowState, type WatchState } from '../shared/watch-state.ts';
import { UNKNOWN_FLOW, flowAfter, hourOfFlow, inNewHour } from './flow.ts';
import type { HourOfApps, Standing, WatchPorts } from './ports.ts';
import { FLOW_LIMITS, readingsOf, usedBetween, windowsOf } from './readings.ts';
import { HOURS_PER_WEEK, type PastHour } from './usual.ts';

const { names } = METRICS;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A trigger that comes twice, or late and then on time, is one look. */
const LEAST_MS = 30_000;
/** After a longer pause nobody knows how the messages were spread over it. */
const MOST_MINUTES = 15;
/** This hour of this week is what is judged; it must not speak for itself. */
const LEAST_AGE_HOURS = 24;

/** What a look came to. */
export type Looked = 'looked' | 'too-soon' | 'overtaken';

/**
 * Looks once at what the apps have used since the last look.
 *
 * 1. Read what the last look left, and the apps' items.
 * 2. In a new hour, learn what the last one was like, and recall what this one usually is.
 * 3. Hold every flow against what is usual.
 * 4. Keep it, and count.
 */
export const look = async (ports: WatchPorts): Promise<Looked> => {
  const { clock, memory, metrics } = ports;
  const [before, standing] = await Promise.all([memory.read(), ports.standing()]);
  const now = clock.now();
  if (before !== undefined && now - before.at < LEAST_MS) return 'too-soon';
  const minutes = before === undefined ? Infinity : Math.max(1, Math.round((now - before.at) / MINUTE_MS));
  // Without a look before it, or with one long ago, this one only begins.
  const known = minutes > MOST_MINUTES ? undefined : before;
  const hour = Math.floor(now / HOUR_MS);
  const apps = known?.hour === hour ? known.apps : await beginHour(ports, known, hour);
  const next: WatchState = {
    revision: (before?.revision ?? 0) + 1,
    at: now,
    hour,
    apps: appsAfter(ports, apps, standing, minutes, now),
  };
  if (!(await memory.write(next, before))) return 'overtaken';
  announce(ports, campaignsIn(standing.room), before?.at, now);
  report(ports, next);
  metrics.emit({ [names.watchAgeSeconds]: before === undefined ? 0 : Math.round((now - before.at) / 1000) });
  return 'looked';
};

/** Learns what is over, and recalls what the new hour and its neighbours were like in other weeks. */
const beginHour = async (
  { room, memory }: WatchPorts,
  before: WatchState | undefined,
  hour: number,
): Promise<WatchState['apps']> => {
  if (before !== undefined) await memory.learn(before.hour, learnt(before));
  const [last, here, next] = await Promise.all(
    [hour - 1, hour, hour + 1].map((each) => memory.weeksOf(each % HOURS_PER_WEEK)),
  );
  const pastOf = (weeks: readonly HourOfApps[] | undefined, app: string, flow: Flow): readonly PastHour[] =>
    (weeks ?? []).flatMap((week) => week[app]?.[flow] ?? []).filter((past) => past.hour < hour - LEAST_AGE_HOURS);
  return Object.fromEntries(
    Object.keys(room.apps).map((app) => {
      const known = before?.apps[app];
      const flows = eachFlow((flow) =>
        inNewHour(known?.flows[flow] ?? UNKNOWN_FLOW, [
          pastOf(last, app, flow),
          pastOf(here, app, flow),
          pastOf(next, app, flow),
        ]),
      );
      return [app, { readings: known?.readings ?? {}, flows }];
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

const appsAfter = (
  { room }: WatchPorts,
  apps: WatchState['apps'],
  standing: Standing,
  minutes: number,
  now: number,
): WatchState['apps'] => {
  const campaigns = campaignsIn(standing.room);
  return Object.fromEntries(
    Object.entries(room.apps).map(([app, { limits }]): [string, AppWatch] => {
      const { readings: before = {}, flows } = apps[app] ?? {};
      const readings = readingsOf(standing.apps[app] ?? {}, windowsOf(limits, now));
      const announced = announcedPerMinute(campaigns, app, now);
      const after = (flow: Flow): FlowState => {
        const state = flows?.[flow] ?? UNKNOWN_FLOW;
        const limit = FLOW_LIMITS[flow];
        if (minutes > MOST_MINUTES) return state;
        return flowAfter(state, usedBetween(before[limit], readings[limit]), minutes, announced, now);
      };
      return [app, { readings, flows: eachFlow(after) }];
    }),
  );
};

const eachFlow = <T>(of: (flow: Flow) => T): Record<Flow, T> =>
  Object.fromEntries(FLOWS.map((flow) => [flow, of(flow)])) as Record<Flow, T>;

/** From here on a line in the log says which app it is. */
const NOTEWORTHY = 30;

const report = ({ metrics, log }: WatchPorts, { apps }: WatchState): void => {
  const excesses = Object.entries(apps).flatMap(([app, { flows }]) =>
    FLOWS.map((flow) => ({ app, flow, excess: flows[flow].excess })),
  );
  metrics.emit({ [names.volumeExcess]: Math.max(0, ...excesses.map(({ excess }) => excess)) });
  for (const { app, flow, excess } of excesses) {
    if (excess > NOTEWORTHY) log.warn('more messages than usual', { app, reason: flow, count: Math.round(excess) });
  }
};
