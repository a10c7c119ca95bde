import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../lambda/shared/contract.ts';

type MetricKey = keyof typeof METRICS.names;

/** Metrics that the room's functions write into their logs, counted for the room as a whole. */
export class RoomMetrics {
  private readonly room: string;

  constructor(room: string) {
    this.room = room;
  }

  /** How many in each period. */
  sum(key: MetricKey, period = Duration.minutes(1)): cloudwatch.Metric {
    return this.metric(key, cloudwatch.Stats.SUM, period);
  }

  /** The largest value in each period. */
  maximum(key: MetricKey, period: Duration): cloudwatch.Metric {
    return this.metric(key, cloudwatch.Stats.MAXIMUM, period);
  }

  private metric(key: MetricKey, statistic: string, period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRICS.namespace,
      metricName: METRICS.names[key],
      dimensionsMap: { [METRICS.dimensions.room]: this.room },
      statistic,
      period,
    });
  }
}

/** Adds metrics up, where a metric without data counts as nothing. */
export const total = (metrics: Readonly<Record<string, cloudwatch.IMetric>>, period: Duration): cloudwatch.IMetric =>
  new cloudwatch.MathExpression({
    expression: Object.keys(metrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(' + '),
    usingMetrics: { ...metrics },
    period,
  });
