import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LIST_PARAMETERS } from '../../lambda/list-messages/contract.ts';
import { addApiModels, methodResponses } from './api-models.ts';
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
 * Where apps send messages and ask about them: the same four operations, whoever comes.
 *
 * What is wrong with a message, and what would be right, is said by the function, field by field: the gateway, which knows
 * the models, holds no body to them.
 */
export abstract class MessagesDoor extends Door {
  protected constructor(scope: Construct, id: string, props: MessagesDoorProps, kind: MessagesDoorKind) {
    super(scope, id, props, kind);
    this.addMethods(props);
    addGatewayProblems(this.api, kind.problems);
  }

  private addMethods({ send, list, query }: Pick<MessagesDoorProps, 'send' | 'list' | 'query'>): void {
    const models = addApiModels(this.api);
    const requestValidator = this.validator();
    const version = this.api.root.addResource('v1');
    const messages = version.addResource('messages');
    messages.addMethod('POST', integration(send, Duration.seconds(12)), {
      // No validator: it would name no field. And a dry run has no key.
      requestParameters: { 'method.request.header.Idempotency-Key': false },
      requestModels: { 'application/json': models.SendRequest },
      methodResponses: methodResponses(models, { 200: models.Message, 202: models.Message }),
    });
    messages.addMethod('GET', integration(list, Duration.seconds(9)), {
      requestValidator,
      requestParameters: Object.fromEntries(
        LIST_PARAMETERS.map((name) => [`method.request.querystring.${name}`, false] as const),
      ),
      methodResponses: methodResponses(models, { 200: models.MessagePage }),
    });
    messages.addResource('{id}').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator,
      requestParameters: { 'method.request.path.id': true },
      methodResponses: methodResponses(models, { 200: models.Message }),
    });
    version.addResource('usage').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator,
      methodResponses: methodResponses(models, { 200: models.Usage }),
    });
  }
}
