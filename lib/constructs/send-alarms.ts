import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRegistry, QUIET } from './alarm-registry.ts';
import type { PublishEventsFunction } from './publish-events-function.ts';
import type { RetryQueue } from './retry-queue.ts';
import type { RoomFunction } from './room-function.ts';
import { type RoomMetrics, total } from './room-metrics.ts';

/** What is watched, and how many failures are too many. */
export interface SendAlarmsProps {
  /** The function that sends. */
  readonly send: RoomFunction;
  /** Where messages wait for their next attempt. */
  readonly retryQueue: RetryQueue;
  /** Tells of what becomes of messages. */
  readonly publishEvents: PublishEventsFunction;
  /** Messages in one minute that could not be handed to the provider. */
  readonly failuresPerMinuteCeiling: number;
}

const MINUTE = Duration.minutes(1);
/** Receipts come late, and some only when they are asked for. */
const OUTCOMES = Duration.minutes(30);
/** Of fewer messages a share says nothing. */
const LEAST_OUTCOMES = 20;
/** Sweeps come every minute and take less than one. */
const OVERDUE_SECONDS = 300;

/** Whether messages get out, and whether what must not get out stays in. */
export const addSendAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, props: SendAlarmsProps): void => {
  alarms.add('CannotSend', {
    severity: 'page',
    summary: `more than ${props.failuresPerMinuteCeiling} messages a minute could not be handed to the provider`,
    metric: total(
      {
        // Holds what the provider refused because of the address, too.
        notSent: metrics.sum('notSent'),
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
  alarms.add('FewDelivered', {
    severity: 'ticket',
    summary: `of ${LEAST_OUTCOMES} messages or more within half an hour most did not arrive`,
    metric: new cloudwatch.MathExpression({
      // Without a division: few messages make any rate, and none makes no rate at all.
      expression:
        `IF(FILL(delivered, 0) + FILL(undelivered, 0) >= ${LEAST_OUTCOMES} AND ` +
        'FILL(undelivered, 0) > FILL(delivered, 0), 1, 0)',
      usingMetrics: {
        delivered: metrics.sum('delivered', OUTCOMES),
        undelivered: metrics.sum('undelivered', OUTCOMES),
      },
      period: OUTCOMES,
    }),
    above: 0,
    silence: { ...QUIET, because: 'where nothing is sent, nothing fails to arrive' },
  });
  alarms.add('UnknownOutcome', {
    severity: 'ticket',
    summary: 'nobody knows whether some messages were sent',
    metric: metrics.sum('unknown', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('UnknownUnsettled', {
    severity: 'ticket',
    summary: 'a day has passed and nobody will know whether some messages were sent',
    metric: metrics.sum('unknownUnsettled', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('LedgerOverdue', {
    severity: 'ticket',
    summary: `messages have been overdue for more than ${OVERDUE_SECONDS / 60} minutes, or nothing looks after them`,
    metric: metrics.maximum('overdueSeconds', Duration.minutes(5)),
    above: OVERDUE_SECONDS,
    evaluationPeriods: 2,
    silence: {
      means: cloudwatch.TreatMissingData.BREACHING,
      because: 'every sweep says it, so without one nobody knows',
    },
  });
  alarms.add('RetryDeadLetters', {
    severity: 'ticket',
    summary: 'appointments to try messages again could not be kept after several deliveries',
    metric: props.retryQueue.metricDeadLetters(),
    above: 0,
    silence: { ...QUIET, because: 'an empty queue that nobody uses reports nothing' },
  });
  alarms.add('EventDeadLetters', {
    severity: 'ticket',
    summary: 'changes of messages were not told to those who listen',
    metric: props.publishEvents.metricDeadLetters(),
    above: 0,
    silence: { ...QUIET, because: 'an empty queue that nobody uses reports nothing' },
  });
};
