import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmRegistry } from './alarm-registry.ts';
import type { RoomFunction } from './room-function.ts';
import { type RoomMetrics, total } from './room-metrics.ts';

export interface SendAlarmsProps {
  /** The function that sends. */
  readonly send: RoomFunction;
  /** Functions whose logs are searched for what must not be there. */
  readonly functions: readonly RoomFunction[];
  /** Messages in one minute that could not be handed to the provider. */
  readonly failuresPerMinuteCeiling: number;
}

const MINUTE = Duration.minutes(1);
const QUIET = { means: TreatMissingData.NOT_BREACHING, because: 'these are counted only when something goes wrong' };

/** Whether messages get out, and whether what must not get out stays in. */
export const addSendAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, props: SendAlarmsProps): void => {
  alarms.add('CannotSend', {
    severity: 'page',
    summary: `more than ${props.failuresPerMinuteCeiling} messages a minute could not be handed to the provider`,
    metric: total(
      {
        notSent: metrics.sum('notSent'),
        addressRefused: metrics.sum('addressRefused'),
        errors: props.send.function.metricErrors({ period: MINUTE }),
        throttles: props.send.function.metricThrottles({ period: MINUTE }),
      },
      MINUTE,
    ),
    above: props.failuresPerMinuteCeiling,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    silence: QUIET,
  });
  alarms.add('UnknownOutcome', {
    severity: 'ticket',
    summary: 'nobody knows whether some messages were sent',
    metric: metrics.sum('unknown', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('ForbiddenInLogs', {
    severity: 'ticket',
    summary: 'something that looks like a key or a phone number was found in a log, and masked',
    metric: total(
      Object.fromEntries(props.functions.map((fn, index) => [`log${index}`, fn.metricForbiddenInLog()])),
      MINUTE,
    ),
    above: 0,
    silence: QUIET,
  });
};
