import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, redriveFunctionName } from '../../lambda/redrive/contract.ts';
import type { Ledger } from './ledger.ts';
import type { RetryQueue } from './retry-queue.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is redriven, and by what it is decided. */
export interface RedriveFunctionProps extends RoomFunctionProps {
  /** Name of the environment. */
  readonly environmentName: string;
  /** Name of the room. */
  readonly roomName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Where messages wait for their next attempt, and where appointments were set aside. */
  readonly retryQueue: RetryQueue;
}

/**
 * Sends appointments that were set aside back through the ledger, for whoever may command it.
 *
 * Outside the VPC, as it calls no provider. It cannot read a text or a number: those are sealed, and it has no pepper.
 */
export class RedriveFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: RedriveFunctionProps) {
    super(scope, id, props, {
      name: 'redrive',
      functionName: redriveFunctionName(props.environmentName, props.roomName),
      description: `Keyroom: redrives what was set aside in the room ${props.roomName}`,
      timeout: Duration.seconds(60),
      memorySizeMiB: 256,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.otpQueueUrl]: props.retryQueue.otp.queueUrl,
        [ENV.queueUrl]: props.retryQueue.rest.queueUrl,
        [ENV.deadLettersUrl]: props.retryQueue.deadLetters.queueUrl,
      },
    });
    props.ledger.grant(this.role, { message: ['GetItem', 'UpdateItem'] });
    props.retryQueue.grantAdd(this.role);
    props.retryQueue.grantRedrive(this.role);
  }

  /** Asking the function to redrive. */
  grantCommand(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
