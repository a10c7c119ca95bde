import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { GuardedSecret } from './guarded-secret.ts';
import type { RoomFunction } from './room-function.ts';

/** What is rotated, by what, and when. */
export interface RotationScheduleProps {
  /** The secret to rotate. */
  readonly secret: GuardedSecret;
  /** The function that Secrets Manager calls. */
  readonly rotator: RoomFunction;
  /** Between two rotations: at least 4 hours, at most 365 days. */
  readonly every: Duration;
}

const MIN = Duration.hours(4);
const MAX = Duration.days(365);

/**
 * Rotates a secret by the calendar and never because something was deployed.
 *
 * L1, because the CDK's own schedule rotates at once and lets Secrets Manager call the function for any account's
 * secret.
 */
export class RotationSchedule extends Construct {
  constructor(scope: Construct, id: string, props: RotationScheduleProps) {
    super(scope, id);
    const hours = props.every.toHours();
    if (hours < MIN.toHours()) throw new Error(`a rotation period must be at least 4 hours, got ${hours} hours`);
    if (hours > MAX.toHours()) throw new Error(`a rotation period must be at most 365 days, got ${hours / 24} days`);
    const permission = new lambda.CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: props.rotator.function.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Stack.of(this).account,
      sourceArn: props.secret.secretArn,
    });
    const schedule = new secretsmanager.CfnRotationSchedule(this, 'Resource', {
      secretId: props.secret.secretArn,
      rotationLambdaArn: props.rotator.function.functionArn,
      rotationRules: { scheduleExpression: rate(hours) },
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(permission);
    props.secret.guardBefore(schedule);
    // Secrets Manager calls the function's test step while the schedule is created: its rights must be there by then.
    schedule.node.addDependency(props.rotator);
  }
}

const rate = (hours: number): string => {
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
};
