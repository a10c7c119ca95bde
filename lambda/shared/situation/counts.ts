import type { CloudWatch, Point, Series } from '../aws/cloudwatch.ts';
import { METRICS, type RoomPolicy } from '../contract.ts';
import type { MetricName } from '../metrics.ts';
import type { Counts, Flow } from './contract.ts';

const { dimensions, names, namespace } = METRICS;

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** The busiest minute of so long is what is sent now: figures arrive some seconds late. */
const NOW_MS = 120 * SECOND;
/** The shortest period that CloudWatch offers for what has a resolution of a second. */
const SLICE_SECONDS = 10;
/** A week, so that each day of it weighs the same. */
const USUAL_DAYS = 7;

/** A metric of the room as a whole, or of one app on one channel. */
const series = (
  room: string,
  name: MetricName,
  periodSeconds: number,
  of?: { app: string; channel: string },
): Series => ({
  namespace,
  name,
  dimensions: {
    [dimensions.room]: room,
    ...(of && { [dimensions.app]: of.app, [dimensions.channel]: of.channel }),
  },
  statistic: 'Sum',
  periodSeconds,
});

const channelsOf = ({ apps }: RoomPolicy): readonly { app: string; channel: string }[] =>
  Object.entries(apps).flatMap(([app, { channels }]) => channels.map((channel) => ({ app, channel })));

/** What the room's functions have counted, of the last minutes and of the same hour of the days before. @throws AwsError */
export const readCounts = async (
  cloudWatch: Pick<CloudWatch, 'data'>,
  policy: RoomPolicy,
  now: number,
): Promise<Counts> => {
  const { room } = policy;
  const flows = [undefined, ...channelsOf(policy)];
  const messages = (period: number) => flows.map((of) => series(room, names.messages, period, of));
  const recent = [
    ...messages(SLICE_SECONDS),
    ...[names.refused, names.notSent].map((name) => series(room, name, SLICE_SECONDS)),
  ];
  const past = [
    ...messages(HOUR / SECOND),
    ...[names.unknown, names.unknownUnsettled].map((name) => series(room, name, HOUR / SECOND)),
  ];
  const [latest, before] = await Promise.all([
    cloudWatch.data(recent, now - NOW_MS, now),
    cloudWatch.data(past, hourOf(now) - USUAL_DAYS * DAY, now),
  ]);
  const flowOf = (indexes: readonly number[]): Flow => ({
    perMinute: busiestMinute(
      indexes.flatMap((i) => latest[i] ?? []),
      now,
    ),
    usualPerMinute: usual(
      indexes.flatMap((i) => before[i] ?? []),
      now,
    ),
  });
  const apps = Object.keys(policy.apps).map((app) => {
    const own = flows.flatMap((of, i) => (of?.app === app ? [i] : []));
    return [app, flowOf(own)] as const;
  });
  const minute = (i: number): number => busiestMinute(latest[flows.length + i] ?? [], now);
  const day = (i: number): number => sum((before[flows.length + i] ?? []).filter(({ at }) => at >= now - DAY));
  return {
    room: flowOf([0]),
    apps: Object.fromEntries(apps),
    refusedPerMinute: minute(0),
    notSentPerMinute: minute(1),
    unknownOutcomes: day(0),
    unknownForGood: day(1),
  };
};

/** SQS tells CloudWatch of its queues once a minute, and late. */
const QUEUE_MS = 300 * SECOND;

/** How long the oldest message of some queues has waited, in seconds; `null` where CloudWatch has heard nothing. @throws AwsError */
export const readOldest = async (
  cloudWatch: Pick<CloudWatch, 'data'>,
  queueUrls: readonly string[],
  now: number,
): Promise<number | null> => {
  const ages = queueUrls.map((url): Series => ({
    namespace: 'AWS/SQS',
    name: 'ApproximateAgeOfOldestMessage',
    dimensions: { QueueName: url.split('/').at(-1) ?? '' },
    statistic: 'Maximum',
    periodSeconds: 60,
  }));
  const points = await cloudWatch.data(ages, now - QUEUE_MS, now);
  const last = points.flatMap((series) => series.at(-1)?.value ?? []);
  return last.length === 0 ? null : Math.max(...last);
};

const hourOf = (moment: number): number => moment - (moment % HOUR);

const sum = (points: readonly Point[]): number => points.reduce((total, { value }) => total + value, 0);

/** The most that any minute of the last two had. */
const busiestMinute = (points: readonly Point[], now: number): number => {
  const ends = Array.from(
    { length: NOW_MS / 2 / SECOND / SLICE_SECONDS + 1 },
    (_, i) => now - i * SLICE_SECONDS * SECOND,
  );
  return Math.max(...ends.map((end) => sum(points.filter(({ at }) => at >= end - NOW_MS / 2 && at < end))));
};

/** The median of the same hour of the days before, from the first day on that had any messages; a minute of it. */
const usual = (points: readonly Point[], now: number): number | null => {
  const first = Math.min(...points.map(({ at }) => at));
  const hours = Array.from({ length: USUAL_DAYS }, (_, day) => hourOf(now) - (day + 1) * DAY).filter(
    (at) => at >= hourOf(first),
  );
  if (hours.length === 0) return null;
  const sums = hours.map((hour) => sum(points.filter(({ at }) => at === hour))).sort((a, b) => a - b);
  const middle = (sums.length - 1) / 2;
  return ((sums[Math.floor(middle)] ?? 0) + (sums[Math.ceil(middle)] ?? 0)) / 2 / 60;
};
