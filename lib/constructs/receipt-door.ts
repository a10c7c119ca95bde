import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { STAGES } from '../../lambda/shared/contract.ts';
import { Door, type DoorProps, integration } from './door.ts';
import type { RoomFunction } from './room-function.ts';

/** What answers. */
export interface ReceiptDoorProps extends DoorProps {
  /** Answers `POST /v1/receipts/{path}`. */
  readonly receipt: RoomFunction;
}

/**
 * Where the provider says what became of messages.
 *
 * It is open to every network, as no provider of ours names the addresses it calls from and none can sign as AWS wants
 * it. What stands in for both is the path, of which each message has one that only the provider is told.
 */
export class ReceiptDoor extends Door {
  /** Without a slash at the end: what names a message follows. */
  readonly receiptsUrl: string;

  constructor(scope: Construct, id: string, props: ReceiptDoorProps) {
    super(scope, id, props, {
      description: 'Keyroom: the door of receipts',
      stageName: STAGES.receipt,
      authorization: () => ({ authorizationType: apigateway.AuthorizationType.NONE }),
      // Such a form may hold any bytes, and the function is to see those that were sent.
      binaryMediaTypes: ['multipart/form-data'],
    });
    this.receiptsUrl = `${this.url}/v1/receipts`;
    this.api.root
      .addResource('v1')
      .addResource('receipts')
      .addResource('{path}')
      .addMethod('POST', integration(props.receipt, Duration.seconds(7)), {
        requestValidator: this.validator(),
        requestParameters: { 'method.request.path.path': true },
      });
  }
}
