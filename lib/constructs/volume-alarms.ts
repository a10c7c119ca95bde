import { Duration } from 'aws-cdk-lib';
import { CfnAnomalyDetector, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { MOST_EXCESS } from '../../lambda/watch/contract.ts';
import { type AlarmRegistry, LATE, QUIET } from './alarm-registry.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** How many messages are too many. */
export interface VolumeAlarmsProps {
  /** Messages in one minute, over all apps. */
  readonly messagesPerMinuteCeiling: number;
  /** How many more messages one minute may have than the minute before. */
  readonly messagesPerMinuteJump: number;
}

const NO_MESSAGES = { means: TreatMissingData.NOT_BREACHING, because: 'no messages is what a quiet room looks like' };

/** Shorter ones make a band flap where messages are few. */
const BAND_PERIOD = Duration.minutes(5);
/** Looks come every minute. */
const STALE_SECONDS = 300;

/** Above what was announced (`keyroom expect`); all of it where nothing was, or where nobody says. */
const beyondAnnounced = (metrics: RoomMetrics, period: Duration): MathExpression =>
  new MathExpression({
    expression: 'IF(FILL(messages, 0) > FILL(announced, 0), FILL(messages, 0) - FILL(announced, 0), 0)',
    usingMetrics: { messages: metrics.sum('messages', period), announced: metrics.sum('announced', period) },
    period,
  });

/**
 * Three ways to notice that somebody pumps messages: a fixed ceiling misses what stays below it at night, a jump misses
 * what grows slowly, and neither knows what is usual at this hour, which the first weeks of a room have to teach.
 *
 * The ceiling is looked at every 10 seconds, the shortest period there is, so that a page comes within a minute. What
 * functions count comes some seconds late, and until then counts as nothing: so the last minute is looked at, of which
 * one period is enough. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const addVolumeAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, props: VolumeAlarmsProps): void => {
  alarms.add('VolumeCeiling', {
    severity: 'page',
    summary: `messages flow at more than ${props.messagesPerMinuteCeiling} a minute`,
    metric: beyondAnnounced(metrics, Duration.seconds(10)),
    above: props.messagesPerMinuteCeiling / 6,
    ...LATE,
    silence: NO_MESSAGES,
  });
  alarms.add('VolumeJump', {
    severity: 'page',
    summary: `one minute had over ${props.messagesPerMinuteJump} messages more than the minute before`,
    metric: new MathExpression({
      // Filled first: otherwise a burst after an hour of silence would be compared with the last busy minute.
      expression: 'DIFF(beyond)',
      usingMetrics: { beyond: beyondAnnounced(metrics, Duration.minutes(1)) },
      period: Duration.minutes(1),
    }),
    above: props.messagesPerMinuteJump,
    ...LATE,
    silence: NO_MESSAGES,
  });
  alarms.add('VolumeUnusual', {
    severity: 'page',
    summary: 'an app sends more messages than is usual at this hour of the week',
    metric: metrics.maximum('volumeExcess', Duration.minutes(1)),
    above: MOST_EXCESS,
    silence: { means: TreatMissingData.NOT_BREACHING, because: 'a watch that stopped is told by its own alarm' },
  });
  const messages = metrics.sum('messages', BAND_PERIOD);
  // An alarm on a band has a model of the metric; where the template does not make it, nobody does.
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-anomalydetector.html
  new CfnAnomalyDetector(alarms, 'VolumeModel', {
    namespace: messages.namespace,
    metricName: messages.metricName,
    stat: messages.statistic,
    dimensions: Object.entries(messages.dimensions ?? {}).map(([name, value]) => ({ name, value: String(value) })),
  });
  alarms.add('VolumeOutsideBand', {
    severity: 'ticket',
    summary: 'more messages than CloudWatch expects, for a quarter of an hour',
    metric: messages,
    above: 'band',
    evaluationPeriods: 3,
    silence: NO_MESSAGES,
  });
  alarms.add('SpendAtRisk', {
    severity: 'page',
    summary: 'the money that an app may spend in a day or a month is gone, or will be within the hour',
    metric: metrics.maximum('spendAtRisk', Duration.minutes(1)),
    above: 0,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    silence: { means: TreatMissingData.NOT_BREACHING, because: 'a watch that stopped is told by its own alarm' },
  });
  alarms.add('NewCountry', {
    severity: 'ticket',
    summary: 'an app sent to a country that it has never sent to before',
    metric: metrics.sum('newCountries', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('WatchStale', {
    severity: 'ticket',
    summary: `for more than ${STALE_SECONDS / 60} minutes nobody has held the messages against what is usual`,
    metric: metrics.maximum('watchAgeSeconds', Duration.minutes(5)),
    above: STALE_SECONDS,
    evaluationPeriods: 2,
    silence: {
      means: TreatMissingData.BREACHING,
      because: 'every look says how late it is, so without one nobody knows',
    },
  });
};
