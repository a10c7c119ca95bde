import { campaignsIn } from '../shared/campaigns.ts';
import { METRICS } from '../shared/contract.ts';
import type { WatchState } from '../shared/watch-state.ts';
import { announce } from './announce.ts';
import { appAfter } from './app-after.ts';
import { beginHour } from './new-hour.ts';
import type { WatchPorts } from './ports.ts';
import { quarantined } from './quarantine.ts';
import { report } from './report.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A trigger that comes twice, or late and then on time, is one look. */
const LEAST_MS = 30_000;
/** After a longer pause nobody knows how the messages were spread over it. */
const MOST_MINUTES = 15;

/** What a look came to. */
export type Looked = 'looked' | 'too-soon' | 'overtaken';

/**
 * Looks once at what the apps have used since the last look.
 *
 * 1. Read what the last look left, and the apps' items.
 * 2. In a new hour, learn what the last one was like, and recall what this one usually is.
 * 3. Hold every app against what is usual, what it may spend and where it has sent to.
 * 4. Have stopped what may be.
 * 5. Keep it, and count.
 */
export const look = async (ports: WatchPorts): Promise<Looked> => {
  const { room, clock, memory, metrics } = ports;
  const [before, standing] = await Promise.all([memory.read(), ports.standing()]);
  const now = clock.now();
  const sinceMs = before === undefined ? 0 : now - before.at;
  if (before !== undefined && sinceMs < LEAST_MS) return 'too-soon';
  const isContinued = before !== undefined && sinceMs <= MOST_MINUTES * MINUTE_MS;
  const minutes = isContinued ? Math.max(1, Math.round(sinceMs / MINUTE_MS)) : null;
  const hour = Math.floor(now / HOUR_MS);
  const apps = before?.hour === hour ? before.apps : await beginHour(ports, before, isContinued, hour);
  const countries = before?.countries ?? [];
  const campaigns = campaignsIn(standing.room);
  const after = Object.entries(room.apps).map(([app, policy]) =>
    appAfter({ app, policy, countries, item: standing.apps[app], apps, campaigns, minutes, now }),
  );
  const states = await Promise.all(
    after.map(async ({ state, findings }) => {
      const item = standing.apps[findings.app];
      return [findings.app, await quarantined(ports, { state, findings, item, now })] as const;
    }),
  );
  const next: WatchState = {
    revision: (before?.revision ?? 0) + 1,
    at: now,
    hour,
    apps: Object.fromEntries(states),
    countries: [...new Set([...countries, ...states.flatMap(([, state]) => state.countries)])].sort(),
  };
  if (!(await memory.write(next, before))) return 'overtaken';
  announce(ports, campaigns, before?.at, now);
  report(
    ports,
    after.map(({ findings }) => findings),
  );
  metrics.emit({ [METRICS.names.watchAgeSeconds]: Math.round(sinceMs / 1000) });
  return 'looked';
};
