import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ENV, type ReconcileCommand, reconcileFunctionName } from '../../lambda/reconcile/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { Ledger } from './ledger.ts';
import type { ReadRecordsFunction } from './read-records-function.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is compared with what. */
export interface ReconcileFunctionProps extends RoomFunctionProps {
  /** Name of the environment. */
  readonly environmentName: string;
  /** Name of the room. */
  readonly roomName: string;
  /** The price ceilings, which are compared, too. */
  readonly policy: RoomPolicy;
  /** Name of the provider, as in its capabilities. */
  readonly providerName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** How late the provider may show a message. @default - as its capabilities say */
  readonly providerLag?: Duration | undefined;
  /** Asks the provider. */
  readonly readRecords: ReadRecordsFunction;
}

/**
 * Compares every five minutes what the provider has with what the room sent.
 *
 * Outside the VPC and without a credential: it calls no provider, and asks the function that may. Four minutes, so that
 * two looks do not overlap; should they, one of them writes. Looks are not retried, as the next one does the same.
 */
export class ReconcileFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: ReconcileFunctionProps) {
    super(scope, id, props, {
      name: 'reconcile',
      functionName: reconcileFunctionName(props.environmentName, props.roomName),
      description: `Keyroom: compares the room ${props.roomName} with its provider`,
      timeout: Duration.minutes(4),
      // A list of ten thousand messages is held twice.
      memorySizeMiB: 512,
      policy: props.policy,
      environment: {
        [ENV.room]: props.roomName,
        [ENV.provider]: props.providerName,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.readRecordsFunction]: props.readRecords.function.functionName,
        ...(props.providerLag && { [ENV.lagSeconds]: String(props.providerLag.toSeconds()) }),
      },
    });
    props.ledger.grantSent(this.role);
    props.ledger.grant(this.role, { message: ['GetItem'], reconcile: ['GetItem', 'PutItem'] });
    props.readRecords.grantAsk(this.role);
    const look: ReconcileCommand = { action: 'look' };
    new events.Rule(this, 'Schedule', {
      description: `Keyroom: compares the room ${props.roomName} with its provider`,
      schedule: events.Schedule.rate(Duration.minutes(5)),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject(look),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }

  /** Asking what the comparisons came to, and saying until when use of the key elsewhere is expected. */
  grantCommand(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
