import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type HorizontalAnnotation,
  type IAlarm,
  type IMetric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { PublishEventsFunction } from './publish-events-function.ts';
import type { RetryQueue } from './retry-queue.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** What a room's dashboard shows. */
export interface RoomDashboardProps {
  /** Physical name: people look for it, and the on-call role may see this one alone. */
  readonly dashboardName: string;
  /** What the room's functions count. */
  readonly metrics: RoomMetrics;
  /** Every alarm of the room. */
  readonly alarms: readonly IAlarm[];
  /** Above it somebody is paged. */
  readonly messagesPerMinuteCeiling: number;
  /** Where messages wait. */
  readonly retryQueue: RetryQueue;
  /** Tells of what becomes of messages. */
  readonly publishEvents: PublishEventsFunction;
  /** The command that says more, for whoever looks at it. */
  readonly statusCommand: string;
}

const MINUTE = Duration.minutes(1);
const LOOKS = Duration.minutes(5);
const SWEEPS = Duration.hours(1);
/** A dashboard has 24 columns. */
const WHOLE = 24;
const THIRD = 8;

/**
 * The figures of `keyroom status` over time, of the metrics that the alarms watch.
 *
 * What a cap in money has left is not here: it is read from the ledger, and no metric holds it.
 */
export class RoomDashboard extends Construct {
  constructor(scope: Construct, id: string, props: RoomDashboardProps) {
    super(scope, id);
    const { metrics, retryQueue } = props;
    const ceiling = {
      value: props.messagesPerMinuteCeiling,
      label: 'somebody is paged',
    };
    new Dashboard(this, 'Resource', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          new TextWidget({
            width: WHOLE,
            height: 2,
            markdown: `Who sends, and what to do: \`${props.statusCommand}\``,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', width: WHOLE, height: 5, alarms: [...props.alarms] })],
        [
          graph('Sent a minute', [metrics.sum('messages', MINUTE), metrics.sum('announced', MINUTE)], ceiling),
          graph('Above what is usual at this hour', [metrics.maximum('volumeExcess', MINUTE)]),
          graph('Caps in money at risk, new countries', [
            metrics.maximum('spendAtRisk', MINUTE),
            metrics.sum('newCountries', LOOKS),
          ]),
        ],
        [
          graph('At the provider and not ours', [
            metrics.maximum('surplus', LOOKS),
            metrics.maximum('knownForeignUse', LOOKS),
          ]),
          graph('Refused, and failed to be sent', [metrics.sum('refused', MINUTE), metrics.sum('notSent', MINUTE)]),
          graph('Outcomes that nobody knows', [metrics.sum('unknown', LOOKS), metrics.sum('unknownUnsettled', LOOKS)]),
        ],
        [
          graph('Waiting', [
            retryQueue.otp.metricApproximateNumberOfMessagesVisible({ period: LOOKS, label: 'one-time codes' }),
            retryQueue.rest.metricApproximateNumberOfMessagesVisible({ period: LOOKS, label: 'other messages' }),
          ]),
          graph('Set aside', [retryQueue.metricDeadLetters(), props.publishEvents.metricDeadLetters()]),
          graph('Age of the key, in hours', [
            metrics.maximum('keyAgeHours', SWEEPS),
            metrics.maximum('managingKeyAgeHours', SWEEPS),
          ]),
        ],
      ],
    });
  }
}

const graph = (title: string, left: IMetric[], line?: HorizontalAnnotation): GraphWidget =>
  new GraphWidget({ title, width: THIRD, height: 6, left, ...(line && { leftAnnotations: [line] }) });
