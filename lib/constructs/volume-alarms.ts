import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmRegistry } from './alarm-registry.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** How many messages are too many. */
export interface VolumeAlarmsProps {
  /** Messages in one minute, over all apps. */
  readonly messagesPerMinuteCeiling: number;
  /** How many more messages one minute may have than the minute before. */
  readonly messagesPerMinuteJump: number;
}

const NO_MESSAGES = { means: TreatMissingData.NOT_BREACHING, because: 'no messages is what a quiet room looks like' };

/**
 * Two ways to notice that somebody pumps messages: a fixed ceiling misses what stays below it at night, a jump misses
 * what grows slowly.
 *
 * The ceiling is looked at every 10 seconds, the shortest period there is, so that a page comes within a minute.
 */
export const addVolumeAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, props: VolumeAlarmsProps): void => {
  alarms.add('VolumeCeiling', {
    severity: 'page',
    summary: `messages flow at more than ${props.messagesPerMinuteCeiling} a minute`,
    metric: metrics.sum('messages', Duration.seconds(10)),
    above: props.messagesPerMinuteCeiling / 6,
    silence: NO_MESSAGES,
  });
  alarms.add('VolumeJump', {
    severity: 'page',
    summary: `one minute had over ${props.messagesPerMinuteJump} messages more than the minute before`,
    metric: new MathExpression({
      // FILL first: otherwise a burst after an hour of silence would be compared with the last busy minute.
      expression: 'DIFF(FILL(messages, 0))',
      usingMetrics: { messages: metrics.sum('messages') },
      period: Duration.minutes(1),
    }),
    above: props.messagesPerMinuteJump,
    silence: NO_MESSAGES,
  });
};
