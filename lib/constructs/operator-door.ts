import { Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { STAGES } from '../../lambda/shared/contract.ts';
import { Door, type DoorProps, integration } from './door.ts';
import { doorPolicy } from './door-policy.ts';
import { addGatewayProblems, OPERATOR_DOOR_PROBLEMS } from './gateway-problems.ts';
import type { NamedRole } from './named-role.ts';
import type { RoomFunction } from './room-function.ts';

/** A role that may command, and its name, which the door's policy is written with before the role is there. */
export type Commander = readonly [roleName: string, role: NamedRole];

/** Who may command, and what answers. */
export interface OperatorDoorProps extends DoorProps {
  /** Answers `POST /v1/jobs` and `GET /v1/jobs/{id}`. */
  readonly incident: RoomFunction;
  /** Answers `GET /v1/status`. */
  readonly status: RoomFunction;
  /** Answers `GET /v1/audit`. */
  readonly audit: RoomFunction;
  /** Nobody else is let in. At least one. */
  readonly commanders: readonly Commander[];
}

const STAGE = STAGES.operator;
const OPERATIONS = [
  ['POST', '/v1/jobs'],
  ['GET', '/v1/jobs/*'],
  ['GET', '/v1/status'],
  ['GET', '/v1/audit'],
] as const;

/**
 * Where whoever is on call commands: signed requests of the room's own roles for that, from anywhere.
 *
 * The networks that apps have to call from do not count here: at night somebody may be anywhere.
 */
export class OperatorDoor extends Door {
  constructor(scope: Construct, id: string, props: OperatorDoorProps) {
    const { partition, account } = Stack.of(scope);
    super(scope, id, props, {
      description: 'Keyroom: the door of whoever is on call',
      stageName: STAGE,
      policy: doorPolicy({
        sid: 'OnCallOfThisRoom',
        roleArns: props.commanders.map(([roleName]) => `arn:${partition}:iam::${account}:role/${roleName}`),
        operations: OPERATIONS.map(([method, path]) => `${STAGE}/${method}${path}`),
      }),
      authorization: () => ({ authorizationType: apigateway.AuthorizationType.IAM }),
      caller: { caller: '$context.identity.userArn' },
    });
    this.addMethods(props);
    addGatewayProblems(this.api, OPERATOR_DOOR_PROBLEMS);
    for (const [, role] of props.commanders) this.letIn(role);
  }

  private addMethods({ incident, status, audit }: OperatorDoorProps): void {
    const validator = this.validator();
    const body = this.api.addModel('Body', {
      contentType: 'application/json',
      schema: { schema: apigateway.JsonSchemaVersion.DRAFT4, type: apigateway.JsonSchemaType.OBJECT },
    });
    const v1 = this.api.root.addResource('v1');
    const jobs = v1.addResource('jobs');
    // The longest that the gateway waits: where no other invocation can be had, the work is done before the answer.
    jobs.addMethod('POST', integration(incident, Duration.seconds(29)), {
      requestValidator: validator,
      requestModels: { 'application/json': body },
    });
    jobs.addResource('{id}').addMethod('GET', integration(incident, Duration.seconds(10)), {
      requestValidator: validator,
      requestParameters: { 'method.request.path.id': true },
    });
    v1.addResource('status').addMethod('GET', integration(status, Duration.seconds(10)), {
      requestValidator: validator,
    });
    v1.addResource('audit').addMethod('GET', integration(audit, Duration.seconds(25)), {
      requestValidator: validator,
      requestParameters: { 'method.request.querystring.part': true },
    });
  }

  /** Both sides refer to each other: the door's policy names the role, which must exist, and the role names the door. */
  private letIn(role: NamedRole): void {
    const identity = role.node.defaultChild;
    if (identity) this.api.node.defaultChild?.node.addDependency(identity);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: OPERATIONS.map(([method, path]) => this.api.arnForExecuteApi(method, path, STAGE)),
      }),
    );
  }
}
