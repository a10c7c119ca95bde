import type { RaisedAlarm } from '../situation/facts.ts';
import { type AwsCallOptions, createAwsCall } from './aws-call.ts';

export type CloudWatchOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'>;

/** A metric, cut into periods. */
export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Maximum' | 'Sum';
  readonly periodSeconds: number;
}

/** One period of a series that has data. */
export interface Point {
  /** Its beginning, in milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

/** What is read of CloudWatch. Every call throws AwsError. */
export interface CloudWatch {
  /**
   * The points of each series in a time, oldest first, in the order asked for.
   *
   * @param series at most 500, which is what CloudWatch takes at once
   * @param from milliseconds since the epoch
   */
  data(series: readonly Series[], from: number, until: number): Promise<readonly (readonly Point[])[]>;
  /** Alarms that are raised and whose names begin so. */
  raised(prefix: string): Promise<readonly RaisedAlarm[]>;
}

/** What every alarm of a room has for a description. */
const DESCRIPTION = /^(page|ticket): (.+)\. Runbook: (docs\/runbook\.md#[a-z0-9-]+)$/;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_ALARMS = 100;

/** {@link CloudWatch} over signed HTTP. */
export const createCloudWatch = (options: CloudWatchOptions): CloudWatch => {
  const target = { service: 'monitoring', targetPrefix: 'GraniteServiceVersion20100801', jsonVersion: '1.0' } as const;
  const call = createAwsCall({ ...target, ...options });
  return {
    data: async (series, from, until) => {
      const { MetricDataResults = [] } = await call('GetMetricData', {
        MetricDataQueries: series.map(queryOf),
        StartTime: Math.floor(from / 1000),
        EndTime: Math.ceil(until / 1000),
        ScanBy: 'TimestampAscending',
      });
      const results = new Map((MetricDataResults as MetricResult[]).map((result) => [result.Id, result]));
      return series.map((_, i) => pointsOf(results.get(`m${i}`)));
    },
    raised: async (prefix) => {
      const answer = await call('DescribeAlarms', {
        AlarmNamePrefix: prefix,
        AlarmTypes: ['CompositeAlarm', 'MetricAlarm'],
        MaxRecords: MOST_ALARMS,
        StateValue: 'ALARM',
      });
      const { MetricAlarms = [], CompositeAlarms = [] } = answer as Readonly<Record<string, Alarm[] | undefined>>;
      return [...MetricAlarms, ...CompositeAlarms].map(alarmOf);
    },
  };
};

const queryOf = ({ namespace, name, dimensions, statistic, periodSeconds }: Series, i: number): object => ({
  Id: `m${i}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: statistic,
  },
});

/** AWS's JSON protocols write moments in seconds; others may write them out. */
type Moment = number | string;
const millisecondsOf = (moment: Moment): number => (typeof moment === 'number' ? moment * 1000 : Date.parse(moment));

interface MetricResult {
  readonly Id: string;
  readonly Timestamps?: readonly Moment[];
  readonly Values?: readonly number[];
}

const pointsOf = ({ Timestamps = [], Values = [] }: Partial<MetricResult> = {}): readonly Point[] =>
  Timestamps.map((at, i) => ({ at: millisecondsOf(at), value: Values[i] ?? 0 })).sort((a, b) => a.at - b.at);

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  /** When it was raised; the other one changes with every evaluation that has a new reason. */
  readonly StateTransitionedTimestamp?: Moment;
  readonly StateUpdatedTimestamp?: Moment;
}

const alarmOf = ({ AlarmName: name, AlarmDescription: described = '', ...times }: Alarm): RaisedAlarm => {
  const [, severity, summary = name, runbook = null] = DESCRIPTION.exec(described) ?? [];
  return {
    name,
    // An alarm that says nothing is looked at by somebody.
    severity: severity === 'ticket' ? 'ticket' : 'page',
    summary,
    runbook,
    since: millisecondsOf(times.StateTransitionedTimestamp ?? times.StateUpdatedTimestamp ?? 0),
  };
};
