import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { STAGES } from '../../lambda/shared/contract.ts';
import { doorPolicy } from './door-policy.ts';
import { MessagesDoor, type MessagesDoorProps } from './messages-door.ts';
import { NamedRole } from './named-role.ts';

/** Who may come in, and from where. */
export interface AppDoorProps extends MessagesDoorProps {
  /** The apps that sign, by name. Nobody else is let in. At least one. */
  readonly apps: Readonly<Record<string, AppIdentity>>;
  /** @default - every network: the signature alone decides */
  readonly callerNetworks?: readonly string[];
}

/** Who an app is: a role that exists, or one to create for those named. */
export type AppIdentity =
  { readonly roleArn: string } | { readonly roleName: string; readonly trustedPrincipals: readonly string[] };

const STAGE = STAGES.app;
/** `<stage>/<method>/<path>` of everything an app may call. */
export const OPERATIONS = [
  `${STAGE}/POST/v1/messages`,
  `${STAGE}/GET/v1/messages`,
  `${STAGE}/GET/v1/messages/*`,
  `${STAGE}/GET/v1/usage`,
];

/** Where apps on AWS come in: signed requests of named roles, throttled, at four operations. */
export class AppDoor extends MessagesDoor {
  /** Roles made for apps that brought none, by app. */
  readonly createdRoles: ReadonlyMap<string, iam.IRole>;

  constructor(scope: Construct, id: string, props: AppDoorProps) {
    super(scope, id, props, {
      description: 'Keyroom: the door of the apps',
      stageName: STAGE,
      policy: doorPolicy({
        roleArns: Object.values(props.apps).map((app) => roleArn(Stack.of(scope), app)),
        operations: OPERATIONS,
        callerNetworks: props.callerNetworks,
      }),
      authorization: () => ({ authorizationType: apigateway.AuthorizationType.IAM }),
      caller: { caller: '$context.identity.userArn' },
    });
    const roles = this.createRoles(props.apps);
    this.createdRoles = roles;
    for (const role of roles.values()) this.letIn(role);
  }

  private createRoles(apps: Readonly<Record<string, AppIdentity>>): ReadonlyMap<string, NamedRole> {
    return new Map(
      Object.entries(apps).flatMap(([name, app]) =>
        'roleArn' in app
          ? []
          : [
              [
                name,
                new NamedRole(this, `App-${name}`, {
                  roleName: app.roleName,
                  description: `Keyroom: may call the door ${this.node.path}`,
                  trustedPrincipals: app.trustedPrincipals,
                }),
              ],
            ],
      ),
    );
  }

  /** Both sides refer to each other: the door's policy names the role, which must exist, and the role names the door. */
  private letIn(role: NamedRole): void {
    const identity = role.node.defaultChild;
    if (identity) this.api.node.defaultChild?.node.addDependency(identity);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: [
          this.api.arnForExecuteApi('POST', '/v1/messages', STAGE),
          this.api.arnForExecuteApi('GET', '/v1/messages', STAGE),
          this.api.arnForExecuteApi('GET', '/v1/messages/*', STAGE),
          this.api.arnForExecuteApi('GET', '/v1/usage', STAGE),
        ],
      }),
    );
  }
}

/** The ARN as text: the policy's size must be known while it is written. */
const roleArn = ({ partition, account }: Stack, app: AppIdentity): string =>
  'roleArn' in app ? app.roleArn : `arn:${partition}:iam::${account}:role/${app.roleName}`;
