import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliveryDefinition, type DeliveryProps, grantDelivery } from './delivery.ts';
import { RoomFunction } from './room-function.ts';

/** What a message needs to be admitted and sent. */
export type SendFunctionProps = DeliveryProps;

/**
 * Takes a message, decides in the ledger, calls the provider once.
 *
 * 10 s: the provider has 6, and the rest is for the ledger; API Gateway would wait 29. 512 MiB: what the start-up and
 * latency figures of the bundle were measured at; less makes the first call wait for a share of a processor.
 */
export class SendFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: SendFunctionProps) {
    super(scope, id, props, {
      ...deliveryDefinition(props),
      name: 'send',
      description: `Keyroom: sends for the room ${props.policy.room}`,
      timeout: Duration.seconds(10),
      memorySizeMiB: 512,
    });
    // A failed condition brings the item it looked at. The message is read only where nothing may be written, as the grant
    // is gone: it may have been sent before. What limits have left is read by a dry run.
    props.ledger.grant(this.role, {
      app: ['GetItem', 'UpdateItem'],
      rate: ['UpdateItem'],
      recipient: ['GetItem', 'PutItem', 'UpdateItem'],
      prefix: ['GetItem', 'UpdateItem'],
      message: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    });
    grantDelivery(this.role, props);
  }
}
