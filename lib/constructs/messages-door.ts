import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { Door, type DoorKind, type DoorProps, integration } from './door.ts';
import { addGatewayProblems, type GatewayProblem } from './gateway-problems.ts';
import type { RoomFunction } from './room-function.ts';

/** What answers behind the doors of the apps. */
export interface MessagesDoorProps extends DoorProps {
  /** Answers `POST /v1/messages`. */
  readonly send: RoomFunction;
  /** Answers `GET /v1/messages`. */
  readonly list: RoomFunction;
  /** Answers `GET /v1/messages/{id}` and `GET /v1/usage`. */
  readonly query: RoomFunction;
}

/** What tells the door of one kind of app from that of the other. */
export interface MessagesDoorKind extends DoorKind {
  /** What the gateway says otherwise than at other doors. @default - nothing */
  readonly problems?: Readonly<Record<string, GatewayProblem>>;
}

/**
 * Where apps send messages and ask about them: the same three paths, whoever comes.
 *
 * The gateway checks that a body is a JSON object; which field is wrong is said by the function.
 */
export abstract class MessagesDoor extends Door {
  protected constructor(scope: Construct, id: string, props: MessagesDoorProps, kind: MessagesDoorKind) {
    super(scope, id, props, kind);
    this.addMethods(props);
    addGatewayProblems(this.api, kind.problems);
  }

  private addMethods({ send, list, query }: Pick<MessagesDoorProps, 'send' | 'list' | 'query'>): void {
    const validator = this.validator();
    const body = this.api.addModel('Body', {
      contentType: 'application/json',
      schema: { schema: apigateway.JsonSchemaVersion.DRAFT4, type: apigateway.JsonSchemaType.OBJECT },
    });
    const version = this.api.root.addResource('v1');
    const messages = version.addResource('messages');
    messages.addMethod('POST', integration(send, Duration.seconds(12)), {
      requestValidator: validator,
      requestModels: { 'application/json': body },
    });
    messages.addMethod('GET', integration(list, Duration.seconds(9)), { requestValidator: validator });
    messages.addResource('{id}').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator: validator,
      requestParameters: { 'method.request.path.id': true },
    });
    version.addResource('usage').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator: validator,
    });
  }
}
