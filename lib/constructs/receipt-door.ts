import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { STAGES } from '../../lambda/shared/contract.ts';
import { Door, type DoorProps, integration } from './door.ts';
import { INBOUND_TIMEOUT, type InboundFunction } from './inbound-function.ts';
import type { RoomFunction } from './room-function.ts';

/** What answers. */
export interface ReceiptDoorProps extends DoorProps {
  /** Answers `POST /v1/receipts/{path}`. */
  readonly receipt: RoomFunction;
  /** Answers `POST /v1/inbound/{path}`. @default - there is no such address */
  readonly inbound?: InboundFunction;
}

/**
 * Where the provider says what became of messages, and what people wrote.
 *
 * It is open to every network, as no provider of ours names the addresses it calls from and none can sign as AWS wants
 * it. What stands in for both is the path, of which each message has one that only the provider is told, and the room one for what people write.
 */
export class ReceiptDoor extends Door {
  /** Without a slash at the end: what names a message follows. */
  readonly receiptsUrl: string;
  /** Without a slash at the end: what only the provider is told follows. */
  readonly inboundUrl: string;

  constructor(scope: Construct, id: string, props: ReceiptDoorProps) {
    super(scope, id, props, {
      description: 'Keyroom: the door of receipts',
      stageName: STAGES.receipt,
      authorization: () => ({ authorizationType: apigateway.AuthorizationType.NONE }),
      // Such a form may hold any bytes, and the function is to see those that were sent.
      binaryMediaTypes: ['multipart/form-data'],
    });
    this.receiptsUrl = `${this.url}/v1/receipts`;
    this.inboundUrl = `${this.url}/v1/inbound`;
    const v1 = this.api.root.addResource('v1');
    const options = {
      requestValidator: this.validator(),
      requestParameters: { 'method.request.path.path': true },
    };
    const take = (way: string, by: RoomFunction, timeout: Duration) =>
      v1.addResource(way).addResource('{path}').addMethod('POST', integration(by, timeout), options);
    take('receipts', props.receipt, Duration.seconds(7));
    if (props.inbound) take('inbound', props.inbound, INBOUND_TIMEOUT.plus(Duration.seconds(2)));
  }
}
