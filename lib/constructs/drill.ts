import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/incident/contract.ts';
import { QUIET } from './alarm-registry.ts';
import { grantThrough } from './data-key.ts';
import type { OnCall } from './on-call.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** Whose pages are tried. */
export interface DrillProps {
  /** The room's alarms and their topics. */
  readonly onCall: OnCall;
  /** What the functions count. */
  readonly metrics: RoomMetrics;
  /** Encrypts what the probe keeps. */
  readonly encryptionKey: kms.IKey;
}

/** Drills come every week, and one may fall on a bad day. */
const STALE_HOURS = 8 * 24;

/**
 * What tries whether a page arrives: an alarm of its own, which publishes as every page does, and a probe that hears of
 * pages as people do.
 */
export class Drill extends Construct {
  private readonly props: DrillProps;
  private readonly probe: sqs.Queue;

  constructor(scope: Construct, id: string, props: DrillProps) {
    super(scope, id);
    this.props = props;
    // Other pages are nothing to it, and leave by themselves.
    this.probe = props.onCall.pages.subscribeQueue('drill', Duration.minutes(5));
    this.addAlarms();
  }

  /** Where a drill looks, for the environment of the function that runs it. */
  get environment(): Readonly<Record<string, string>> {
    const { pages, tickets } = this.props.onCall;
    return {
      [ENV.alarmTopics]: [pages.topicArn, tickets.topicArn].join(','),
      [ENV.probeQueueUrl]: this.probe.queueUrl,
    };
  }

  /** Emptying the probe, and seeing who is subscribed. */
  grantRun(role: IRole): void {
    const { onCall, encryptionKey } = this.props;
    const allow = (actions: string[], resources: string[]): void => {
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    };
    allow(['sqs:DeleteMessage', 'sqs:ReceiveMessage'], [this.probe.queueArn]);
    allow(['sns:GetTopicAttributes'], [onCall.pages.topicArn, onCall.tickets.topicArn]);
    grantThrough(encryptionKey, role, 'sqs', ['kms:Decrypt']);
  }

  private addAlarms(): void {
    const { onCall, metrics } = this.props;
    onCall.alarms.add('Drill', {
      severity: 'page',
      summary: 'this is a drill, nothing has happened: somebody tries whether a page arrives',
      metric: metrics.maximum('drill', Duration.seconds(10)),
      above: 0,
      silence: { ...QUIET, because: 'it is counted only while there is a drill' },
    });
    onCall.alarms.add('DrillFailed', {
      severity: 'ticket',
      summary: 'in a drill no page arrived, or somebody has not confirmed their subscription',
      metric: metrics.maximum('drillFailed', Duration.minutes(5)),
      above: 0,
      silence: { ...QUIET, because: 'it is counted only when there was a drill' },
    });
    onCall.alarms.add('DrillOverdue', {
      severity: 'ticket',
      summary: `for more than ${STALE_HOURS / 24} days no drill has proved that a page arrives`,
      metric: metrics.maximum('drillAgeHours', Duration.hours(1)),
      above: STALE_HOURS,
      evaluationPeriods: 3,
      silence: {
        means: TreatMissingData.BREACHING,
        because: 'every minute says how old the last proof is, so without one nobody knows',
      },
    });
  }
}
