import { CAMPAIGNS, type Campaign } from '../../../../lambda/shared/campaigns.ts';
import type { Plain } from '../../../../lambda/shared/aws/attribute-value.ts';
import { METRICS, type RoomPolicy } from '../../../../lambda/shared/contract.ts';
import { frozenCountry } from '../../../../lambda/shared/app-freeze.ts';
import { appKey } from '../../../../lambda/shared/ledger-units.ts';
import { limitsOf } from '../../../../lambda/shared/limits.ts';
import { createMetrics } from '../../../../lambda/shared/metrics.ts';
import { roomStateKey } from '../../../../lambda/shared/room-state.ts';
import { seenCountry } from '../../../../lambda/shared/seen-countries.ts';
import { look } from '../../../../lambda/watch/look.ts';
import type { Quarantine, WatchPorts } from '../../../../lambda/watch/ports.ts';
import { HOURS_PER_WEEK, pastHour } from '../../../../lambda/watch/usual.ts';
import { createStanding, createWatchMemory } from '../../../../lambda/watch/watch-table.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeTable } from '../../support/fake-table.ts';
import { roomWithLimits } from '../../support/room.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A line of the embedded metric format, as far as tests look at it. */
export type Emitted = Readonly<Record<string, number>> & { readonly _aws: { readonly Timestamp: number } };

/** What a minute of an app was, in messages. */
export interface Sent {
  readonly home?: number;
  readonly abroad?: number;
}

/** A room that is watched from the beginning of an hour: `2026-11-24T12:00:00Z`, a Tuesday. */
export const createDesk = (
  limits: Partial<RoomPolicy['apps'][string]['limits']> = {},
  stops: Pick<Quarantine, 'countries' | 'apps'> = { countries: true, apps: true },
) => {
  const table = createFakeTable();
  const clock = createFakeClock();
  const lines: Emitted[] = [];
  const warnings: unknown[] = [];
  const room = roomWithLimits({ messagesPerDay: 1_000_000, internationalMessagesPerDay: 1_000_000, ...limits });
  const log = {
    info: () => undefined,
    warn: (_: string, fields?: unknown) => void warnings.push(fields),
    error: () => undefined,
  };
  const memory = createWatchMemory(table);
  const frozen: string[] = [];
  const repeated: string[] = [];
  let isAway = false;
  let isLost = false;
  /** What a freeze, or a person who undoes it, leaves in the item of `shop`. */
  const mark = (name: string, holds: boolean): void => {
    const pk = appKey('shop');
    const item = Object.entries(table.items.get(pk) ?? { pk, frozen: false }).filter(([other]) => other !== name);
    const isThere = holds || name === 'frozen';
    table.items.set(pk, { ...Object.fromEntries(item), pk, ...(isThere && { [name]: holds }) });
  };
  const quarantine: Quarantine = {
    ...stops,
    freeze: (scope, key) => {
      if (isAway) return Promise.reject(new Error('away'));
      const command = `${Object.values(scope).join('')} ${key}`;
      // The same command twice is one.
      if (!frozen.includes(command)) frozen.push(command);
      else repeated.push(command);
      if (!isLost) mark('country' in scope ? frozenCountry(scope.country) : 'frozen', true);
      return Promise.resolve();
    },
  };
  const ports: WatchPorts = {
    room,
    clock,
    log,
    metrics: createMetrics({ room: room.room, clock, write: (line) => void lines.push(JSON.parse(line) as Emitted) }),
    standing: createStanding(table, Object.keys(room.apps)),
    memory,
    quarantine,
  };
  const use = (app: string, limit: string, units: number): void => {
    const pk = appKey(app);
    const day = Math.floor(clock.now() / (24 * HOUR_MS)) * 86_400;
    const item = table.items.get(pk) ?? { pk, frozen: false };
    const before = item[`${limit}-start`] === day ? Number(item[`${limit}-used`]) : 0;
    table.items.set(pk, { ...item, [`${limit}-start`]: day, [`${limit}-used`]: before + units });
  };
  /** Money of `shop`, in millionths, in a window of this month. */
  const spend = (limit: string, units: number): void => {
    const { start } = limitsOf(room.apps.shop!.limits, clock.now()).find((window) => window.limit === limit)!;
    const item = table.items.get(appKey('shop')) ?? { pk: appKey('shop'), frozen: false };
    const used = Number(item[`${limit}-used`] ?? 0) + units;
    table.items.set(appKey('shop'), { ...item, [`${limit}-start`]: start, [`${limit}-used`]: used });
  };
  /** An app has sent to a country. */
  const sendTo = (country: string, app = 'shop'): void => {
    const pk = appKey(app);
    table.items.set(pk, { ...(table.items.get(pk) ?? { pk, frozen: false }), [seenCountry(country)]: true });
  };
  /** Messages of a minute, and a look at its end. */
  const minute = async ({ home = 0, abroad = 0 }: Sent, app = 'shop') => {
    clock.advance(MINUTE_MS);
    use(app, 'messages-per-day', home + abroad);
    use(app, 'international-messages-per-day', abroad);
    return look(ports);
  };
  /** What the watch has learnt of all hours of some weeks before, each minute as busy as said. */
  const teach = async (sent: Sent, weeks = 4): Promise<void> => {
    const hour = Math.floor(clock.now() / HOUR_MS);
    const { home = 0, abroad = 0 } = sent;
    // Counts that scatter as independent events do.
    const counts = (mean: number) =>
      Array.from({ length: 60 }, (_, i) => Math.max(0, Math.round(mean + Math.sqrt(mean) * Math.sin(i * 2.4))));
    for (let back = weeks * HOURS_PER_WEEK; back > 24; back--) {
      const past = {
        messages: pastHour(hour - back, counts(home + abroad)),
        abroad: pastHour(hour - back, counts(abroad)),
      };
      await memory.learn(hour - back, { shop: past });
    }
  };
  const announce = (...campaigns: readonly Campaign[]): void => {
    table.items.set(roomStateKey, { pk: roomStateKey, [CAMPAIGNS]: campaigns as unknown as Plain });
  };
  const values = (name: keyof typeof METRICS.names): readonly number[] =>
    lines.flatMap((line) => line[METRICS.names[name]] ?? []);
  return {
    ...{
      frozen,
      repeated,
      mark,
      sendTo,
      use,
      spend,
      ports,
      table,
      clock,
      lines,
      warnings,
      memory,
      minute,
      teach,
      announce,
      values,
    },
    /** Whether what freezes answers. */
    answer: (answers: boolean): void => void (isAway = !answers),
    /** Whether a command that was taken comes to nothing. */
    lose: (loses: boolean): void => void (isLost = loses),
    excess: (): number => values('volumeExcess').at(-1) ?? NaN,
  };
};
