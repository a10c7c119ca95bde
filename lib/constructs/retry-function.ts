import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deliveryDefinition, type DeliveryProps, grantDelivery } from './delivery.ts';
import { RoomFunction } from './room-function.ts';

/** What a message needs to be tried again. */
export type RetryFunctionProps = DeliveryProps;

/** The lease of an attempt is as long: `LEASE_MS` in `lambda/shared/delivery/lease.ts`. */
export const RETRY_TIMEOUT = Duration.seconds(10);

/** Appointments of one delivery; all of them are kept at once, within the one timeout. */
const BATCH_SIZE = 5;
/**
 * Deliveries at once. One-time codes have their own, so that nothing is before them.
 *
 * All together are as many messages as the budget of retries has units, so that what goes well never finds it spent. 2
 * is the least that Lambda allows.
 */
const CONCURRENCY = { otp: 10, rest: 10 };

/**
 * Tries again what the provider did not take.
 *
 * Bounded at the source and not by reserved concurrency, under which the pollers would go on receiving what the function
 * cannot take, until it is set aside as a dead letter.
 */
export class RetryFunction extends RoomFunction {
  /** What calls it for appointments that have come. */
  readonly sources: readonly lambda.IEventSourceMapping[];

  constructor(scope: Construct, id: string, props: RetryFunctionProps) {
    super(scope, id, props, {
      ...deliveryDefinition(props),
      name: 'retry',
      description: `Keyroom: tries again what waits in the room ${props.policy.room}`,
      timeout: RETRY_TIMEOUT,
      memorySizeMiB: 512,
    });
    // Units go back to wherever they were taken; the recipient may have opted out meanwhile.
    props.ledger.grant(this.role, {
      app: ['GetItem', 'UpdateItem'],
      rate: ['UpdateItem'],
      recipient: ['GetItem', 'UpdateItem'],
      prefix: ['UpdateItem'],
      message: ['GetItem', 'UpdateItem'],
      retries: ['UpdateItem'],
    });
    grantDelivery(this.role, props);
    props.retryQueue.grantKeep(this.role);
    this.sources = [
      this.keepFrom('Otp', props.retryQueue.otp, CONCURRENCY.otp),
      this.keepFrom('Rest', props.retryQueue.rest, CONCURRENCY.rest),
    ];
  }

  private keepFrom(id: string, queue: sqs.IQueue, maxConcurrency: number): lambda.IEventSourceMapping {
    const mapping = new lambda.EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    // Lambda refuses a mapping whose function may not read the queue yet.
    mapping.node.addDependency(this.role);
    return mapping;
  }
}
