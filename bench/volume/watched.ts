import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import { METRICS } from '../../lambda/shared/contract.ts';
import { CAMPAIGNS } from '../../lambda/shared/campaigns.ts';
import type { Plain } from '../../lambda/shared/aws/attribute-value.ts';
import type { WatchState } from '../../lambda/shared/watch-state.ts';
import { look } from '../../lambda/watch/look.ts';
import type { HourOfApps } from '../../lambda/watch/ports.ts';
import { HOURS_PER_WEEK, pastHour, WEEKS } from '../../lambda/watch/usual.ts';
import { appLimits } from '../../lib/config/limits.ts';
import { APP, HISTORY_DAYS, JUDGED, type Minute, START, type Trace } from './traces.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A room whose limits are out of the way: what they stop is no alarm's merit. */
const ROOM: RoomPolicy = {
  environment: 'bench',
  room: 'bench',
  provider: 'sandbox',
  onlyRecipients: null,
  apps: {
    [APP]: {
      principal: null,
      channels: ['sms'],
      senders: {},
      countries: ['AE'],
      homeCountry: 'AE',
      numberTypes: [],
      limits: appLimits({ messagesPerDay: 10_000_000, internationalMessagesPerDay: 10_000_000 }),
    },
  },
  templates: {},
  prices: null,
};

/** What the room remembers of the weeks before, as the watch would have learnt it. */
const remembered = (history: readonly Minute[]): Map<number, HourOfApps[]> => {
  const weeks = new Map<number, HourOfApps[]>();
  for (let i = 0; i < HISTORY_DAYS * 24; i++) {
    const hour = START / HOUR_MS + i;
    const minutes = history.slice(60 * i, 60 * (i + 1));
    const messages = pastHour(
      hour,
      minutes.map(({ home, abroad }) => home + abroad),
    );
    const abroad = pastHour(
      hour,
      minutes.map((minute) => minute.abroad),
    );
    const ofWeek = hour % HOURS_PER_WEEK;
    weeks.set(ofWeek, [...(weeks.get(ofWeek) ?? []), { [APP]: { messages, abroad } }].slice(-WEEKS));
  }
  return weeks;
};

/** What the watch emits in each minute of the judged day, through its real code: the metric of its alarm. */
export const excessesOf = async (trace: Trace): Promise<readonly number[]> => {
  const weeks = remembered(trace.history);
  const excesses: number[] = [];
  let state: WatchState | undefined;
  let now = JUDGED - MINUTE_MS;
  const used = { messages: 0, abroad: 0 };
  const item = (): Readonly<Record<string, Plain>> => {
    const start = Math.floor(now / 86_400_000) * 86_400;
    return {
      'messages-per-day-start': start,
      'messages-per-day-used': used.messages,
      'international-messages-per-day-start': start,
      'international-messages-per-day-used': used.abroad,
    };
  };
  const ports: Parameters<typeof look>[0] = {
    room: ROOM,
    clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: {
      emit: (values) => {
        const excess = values[METRICS.names.volumeExcess];
        if (excess !== undefined) excesses.push(excess);
      },
    },
    standing: () =>
      Promise.resolve({ room: { [CAMPAIGNS]: trace.campaigns as unknown as Plain }, apps: { [APP]: item() } }),
    memory: {
      read: () => Promise.resolve(state),
      write: (next) => {
        state = next;
        return Promise.resolve(true);
      },
      weeksOf: (hour) => Promise.resolve(weeks.get(hour) ?? []),
      learn: () => Promise.resolve(),
    },
  };
  await look(ports);
  excesses.length = 0;
  for (const { home, abroad } of trace.day) {
    now += MINUTE_MS;
    used.messages += home + abroad;
    used.abroad += abroad;
    await look(ports);
  }
  return excesses;
};
