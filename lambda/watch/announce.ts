import { announcedPerMinute, type Campaign } from '../shared/campaigns.ts';
import { METRICS } from '../shared/contract.ts';
import type { WatchPorts } from './ports.ts';

/** The period of the alarm with the shortest one. */
const SLOT_MS = 10_000;
/** Looks come every minute; one that is late, or fails, leaves no gap. */
const AHEAD_MS = 180_000;

/**
 * Says what is announced for each ten seconds to come, once, so that alarms can subtract it: they read metrics alone.
 *
 * Where nothing is announced it says so for this moment only, so that a metric that is never there stops no alarm.
 *
 * @param lookedAt when the look before this one told of what was then to come; `undefined` for never
 */
export const announce = (
  { room, metrics }: Pick<WatchPorts, 'room' | 'metrics'>,
  campaigns: readonly Campaign[],
  lookedAt: number | undefined,
  now: number,
): void => {
  const { announced } = METRICS.names;
  const slotAt = (moment: number): number => Math.ceil(moment / SLOT_MS) * SLOT_MS;
  const from = Math.max(slotAt(now), slotAt((lookedAt ?? 0) + AHEAD_MS));
  for (let at = from; at < slotAt(now + AHEAD_MS); at += SLOT_MS) {
    const perMinute = Object.keys(room.apps).reduce((sum, app) => sum + announcedPerMinute(campaigns, app, at), 0);
    if (perMinute > 0) metrics.emit({ [announced]: (perMinute * SLOT_MS) / 60_000 }, undefined, at);
  }
  metrics.emit({ [announced]: 0 });
};
