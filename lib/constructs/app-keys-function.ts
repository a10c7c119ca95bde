import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type AppKeyCommand, appKeysFunctionName, ENV } from '../../lambda/app-keys/contract.ts';
import type { AuthorizeKeyFunctionProps } from './authorize-key-function.ts';
import { RoomFunction } from './room-function.ts';

/** What keys are made with. */
export type AppKeysFunctionProps = AuthorizeKeyFunctionProps;

/** Twice in the day that the alarm looks at, so that none of its days is without a count. */
const CHECK_EVERY = Duration.hours(12);

/** Issues, lists and revokes app keys for whoever may command it, and counts those that end soon. */
export class AppKeysFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: AppKeysFunctionProps) {
    const { environment, room } = props.policy;
    super(scope, id, props, {
      name: 'app-keys',
      functionName: appKeysFunctionName(environment, room),
      description: `Keyroom: issues and revokes the app keys of the room ${room}`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 256,
      egress: props.egress,
      policy: props.policy,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: props.pepper.secretArn,
      },
    });
    props.ledger.grant(this.role, {
      appkey: ['GetItem', 'PutItem', 'UpdateItem'],
      appkeys: ['GetItem', 'PutItem'],
      appkeyuse: ['GetItem'],
    });
    props.pepper.grantUse(this.role);
    const check: AppKeyCommand = { action: 'check' };
    new events.Rule(this, 'Check', {
      description: `Keyroom: counts the app keys of the room ${room} that end soon`,
      schedule: events.Schedule.rate(CHECK_EVERY),
      targets: [new targets.LambdaFunction(this.function, { event: events.RuleTargetInput.fromObject(check) })],
    });
  }

  /** Asking the function to issue, list and revoke. */
  grantCommand(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
