import { type Clock, systemClock } from './clock.ts';
import { METRICS } from './contract.ts';

export type MetricName = (typeof METRICS.names)[keyof typeof METRICS.names];

/** What a metric is about. Without `app` and `channel` it is counted for the room alone. */
export interface MetricScope {
  readonly app: string;
  readonly channel: string;
}

/** Where use cases count. */
export interface Metrics {
  /**
   * Counts all values at one moment, in one line.
   *
   * @param values by name; hours for names that end in `AgeHours`, a plain count for every other.
   * @param scope the room alone by default
   * @param at the moment, in milliseconds since the epoch; now by default. CloudWatch takes two hours ahead.
   */
  emit(values: Readonly<Partial<Record<MetricName, number>>>, scope?: MetricScope, at?: number): void;
}

export interface MetricsOptions {
  readonly room: string;
  /** @default - the system's */
  readonly clock?: Clock;
  /** Takes one line. @default - standard output, from where Lambda's log group extracts the metrics */
  readonly write?: (line: string) => void;
}

/**
 * {@link Metrics} in CloudWatch's embedded metric format.
 *
 * Written by hand: the format is one JSON object, while the usual library keeps values in shared state until a flush,
 * adds a dimension of its own and cannot state a dimension set for the room alone beside one for app and channel.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const createMetrics = (options: MetricsOptions): Metrics => {
  const { room, clock = systemClock, write = (line: string) => void process.stdout.write(line) } = options;
  const { dimensions } = METRICS;
  return {
    emit: (values, scope, at = clock.now()) => {
      const names = Object.keys(values) as MetricName[];
      const sets = scope
        ? [[dimensions.room], [dimensions.room, dimensions.app, dimensions.channel]]
        : [[dimensions.room]];
      const document = {
        _aws: {
          Timestamp: at,
          CloudWatchMetrics: [
            {
              Namespace: METRICS.namespace,
              Dimensions: sets,
              // Resolution 1 (seconds): the volume alarms have periods of 10 s, which CloudWatch offers for it only.
              Metrics: names.map((Name) => ({ Name, Unit: unit(Name), StorageResolution: 1 })),
            },
          ],
        },
        [dimensions.room]: room,
        ...(scope ? { [dimensions.app]: scope.app, [dimensions.channel]: scope.channel } : {}),
        ...values,
      };
      write(`${JSON.stringify(document)}\n`);
    },
  };
};

const DURATIONS: readonly MetricName[] = [
  METRICS.names.drillAgeHours,
  METRICS.names.drillSeconds,
  METRICS.names.keyAgeHours,
  METRICS.names.managingKeyAgeHours,
  METRICS.names.overdueSeconds,
  METRICS.names.reconcileAgeSeconds,
  METRICS.names.volumeExcess,
  METRICS.names.watchAgeSeconds,
  METRICS.names.witnessSilentSeconds,
];

/** CloudWatch has no unit for hours; for one of ours that is a duration, its name says which. */
const unit = (name: MetricName): 'Count' | 'None' => (DURATIONS.includes(name) ? 'None' : 'Count');
