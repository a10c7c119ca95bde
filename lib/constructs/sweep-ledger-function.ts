import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/sweep-ledger/contract.ts';
import type { Ledger } from './ledger.ts';
import type { ReadRecordsFunction } from './read-records-function.ts';
import type { RetryQueue } from './retry-queue.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is kept in order. */
export interface SweepLedgerFunctionProps extends RoomFunctionProps {
  /** Name of the room. */
  readonly roomName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Where messages wait for their next attempt. */
  readonly retryQueue: RetryQueue;
  /** Asks the provider. @default - nobody: a sandbox room has no provider to ask */
  readonly readRecords?: ReadRecordsFunction;
}

/**
 * Does every minute what nobody did: outcomes of functions that died, appointments that were lost, times that passed.
 *
 * Outside the VPC, as it calls no provider and must work when the way out does not. Runs are not retried, as the next
 * one does the same.
 */
export class SweepLedgerFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: SweepLedgerFunctionProps) {
    super(scope, id, props, {
      name: 'sweep-ledger',
      description: `Keyroom: looks at what is due in the room ${props.roomName}`,
      timeout: Duration.seconds(50),
      memorySizeMiB: 256,
      environment: {
        [ENV.room]: props.roomName,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.otpQueueUrl]: props.retryQueue.otp.queueUrl,
        [ENV.queueUrl]: props.retryQueue.rest.queueUrl,
        ...(props.readRecords && { [ENV.readRecordsFunction]: props.readRecords.function.functionName }),
      },
    });
    props.ledger.grantDue(this.role);
    props.ledger.grant(this.role, {
      message: ['GetItem', 'UpdateItem'],
      app: ['UpdateItem'],
      rate: ['UpdateItem'],
      recipient: ['UpdateItem'],
      prefix: ['UpdateItem'],
    });
    props.retryQueue.grantAdd(this.role);
    props.readRecords?.grantAsk(this.role);
    new events.Rule(this, 'Schedule', {
      description: `Keyroom: looks at what is due in the room ${props.roomName}`,
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject({ action: 'sweep' }),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    });
  }
}
