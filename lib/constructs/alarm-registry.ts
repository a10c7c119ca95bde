import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaAction, SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmId, alarmName, RUNBOOK_HEADINGS, runbookAnchor } from './runbook.ts';

/** `page`: something must be done now. `ticket`: in working hours. */
export type Severity = 'page' | 'ticket';

/** What every alarm of a room has in common. */
export interface AlarmRegistryProps {
  /** Begins every alarm's name, such as `keyroom-production-otp`. */
  readonly namePrefix: string;
  /** What must be done now goes here. */
  readonly pages: sns.ITopic;
  /** What can wait for working hours goes here. */
  readonly tickets: sns.ITopic;
}

/** One alarm. Each field that decides whether somebody is woken has to be said. */
export interface AlarmDefinition {
  readonly severity: Severity;
  /** What happened, as a sentence. */
  readonly summary: string;
  readonly metric: cloudwatch.IMetric;
  /**
   * What also hears that the alarm has gone off; only this alarm may call it for that.
   *
   * @default - people alone
   */
  readonly invokes?: lambda.IFunction;
  /** Above it the alarm goes off; `band`: above what CloudWatch expects at this moment, by two standard deviations. */
  readonly above: number | 'band';
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** How many of the periods have to be above. @default - all */
  readonly datapointsToAlarm?: number;
  /** What silence means, and why. */
  readonly silence: { readonly means: cloudwatch.TreatMissingData; readonly because: string };
}

/** What silence means where only failures are counted. */
export const QUIET: AlarmDefinition['silence'] = {
  means: cloudwatch.TreatMissingData.NOT_BREACHING,
  because: 'these are counted only when something goes wrong',
};

/**
 * For what counts as nothing until it comes, a little late: with one period the newest would be nothing each time.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const LATE = { evaluationPeriods: 6, datapointsToAlarm: 1 } as const;

/**
 * The one place that makes alarms: name, severity, runbook and actions cannot be forgotten, as nobody else attaches
 * them.
 */
export class AlarmRegistry extends Construct {
  private readonly props: AlarmRegistryProps;
  private readonly made: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, props: AlarmRegistryProps) {
    super(scope, id);
    this.props = props;
  }

  /** Every alarm that was made so far. */
  get all(): readonly cloudwatch.IAlarm[] {
    return this.made;
  }

  /** Makes an alarm that says what it means, in its description, and tells the topic of its severity when it ends. */
  add(id: AlarmId, definition: AlarmDefinition): cloudwatch.Alarm {
    const heading = RUNBOOK_HEADINGS[id];
    const { severity, silence } = definition;
    const props = {
      alarmName: `${this.props.namePrefix}-${alarmName(id)}`,
      alarmDescription: `${severity}: ${definition.summary}. Runbook: ${runbookAnchor(heading)}`,
      metric: definition.metric,
      evaluationPeriods: definition.evaluationPeriods ?? 1,
      datapointsToAlarm: definition.datapointsToAlarm,
      treatMissingData: silence.means,
    };
    const { ComparisonOperator } = cloudwatch;
    const alarm =
      definition.above === 'band'
        ? new cloudwatch.AnomalyDetectionAlarm(this, id, {
            ...props,
            stdDevs: 2,
            comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
          })
        : new cloudwatch.Alarm(this, id, {
            ...props,
            threshold: definition.above,
            comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          });
    const action = new SnsAction(severity === 'page' ? this.props.pages : this.props.tickets);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    if (definition.invokes) alarm.addAlarmAction(new LambdaAction(definition.invokes));
    this.made.push(alarm);
    return alarm;
  }
}
