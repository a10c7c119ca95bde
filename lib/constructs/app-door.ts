import { Aws, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DoorFirewall } from './door-firewall.ts';
import { doorPolicy } from './door-policy.ts';
import { addGatewayProblems } from './gateway-problems.ts';
import { GuardedLogGroup } from './guarded-log-group.ts';
import { NamedRole } from './named-role.ts';
import type { RoomFunction } from './room-function.ts';

/** Who may come in, what answers them, and how many at once. */
export interface AppDoorProps {
  /** Name of the API in the console. */
  readonly apiName: string;
  /** Answers `POST /v1/messages`. */
  readonly send: RoomFunction;
  /** Answers `GET /v1/messages/{id}` and `GET /v1/usage`. */
  readonly query: RoomFunction;
  /** The apps, by name. Nobody else is let in. At least one. */
  readonly apps: Readonly<Record<string, AppIdentity>>;
  /** @default - every network: the signature alone decides */
  readonly callerNetworks?: readonly string[];
  /** Requests a second, over all apps. */
  readonly throttlingRatePerSecond: number;
  /** Requests in one burst, over all apps. */
  readonly throttlingBurst: number;
  /** Encrypts the logs. */
  readonly logKey: kms.IKey;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** Who an app is: a role that exists, or one to create for those named. */
export type AppIdentity =
  { readonly roleArn: string } | { readonly roleName: string; readonly trustedPrincipals: readonly string[] };

const STAGE = 'live';
const OPERATIONS = [`${STAGE}/POST/v1/messages`, `${STAGE}/GET/v1/messages/*`, `${STAGE}/GET/v1/usage`];

/** Fields of the access log: who, what, how it ended. Never a path, a query or a body. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  gatewayResponse: '$context.error.responseType',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integration.latency',
  responseBytes: '$context.responseLength',
};

/**
 * Where apps come in: signed requests of named roles, throttled, at three paths.
 *
 * The gateway checks that a body is a JSON object and not too large; which field is wrong is said by the function. There
 * is no CORS, as a browser has no business here. Execution logs are off: they hold bodies.
 */
export class AppDoor extends Construct {
  /** Without a slash at the end: `${url}/v1/messages`. */
  readonly url: string;
  /** Roles made for apps that brought none, by app. */
  readonly createdRoles: ReadonlyMap<string, iam.IRole>;
  private readonly api: apigateway.RestApi;
  private readonly accessLog: GuardedLogGroup;
  private readonly firewall: DoorFirewall;

  constructor(scope: Construct, id: string, props: AppDoorProps) {
    super(scope, id);
    this.accessLog = new GuardedLogGroup(this, 'AccessLog', {
      encryptionKey: props.logKey,
      removalPolicy: props.removalPolicy,
    });
    const roles = this.createRoles(props.apps);
    this.createdRoles = roles;
    this.api = new apigateway.RestApi(this, 'Resource', {
      restApiName: props.apiName,
      description: 'Keyroom: the door of the apps',
      endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
      // An account has one such role for all its APIs: a room must not replace it.
      cloudWatchRole: false,
      policy: doorPolicy({
        roleArns: Object.values(props.apps).map((app) => this.roleArn(app)),
        operations: OPERATIONS,
        callerNetworks: props.callerNetworks,
      }),
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: props.throttlingRatePerSecond,
        throttlingBurstLimit: props.throttlingBurst,
        accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
        loggingLevel: apigateway.MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        tracingEnabled: false,
      },
    });
    // The CDK's own output of the URL; the stack has one with a name of its own.
    this.api.node.tryRemoveChild('Endpoint');
    for (const role of roles.values()) this.letIn(role);
    this.addMethods(props.send, props.query);
    addGatewayProblems(this.api);
    this.firewall = new DoorFirewall(this, 'Firewall', {
      stageArn: this.api.deploymentStage.stageArn,
      logKey: props.logKey,
      removalPolicy: props.removalPolicy,
    });
    const { region } = Stack.of(this);
    this.url = `https://${this.api.restApiId}.execute-api.${region}.${Aws.URL_SUFFIX}/${STAGE}`;
  }

  /** Log events in which a key or a phone number was found, per minute: who called, and what the firewall refused. */
  metricsForbiddenInLogs(): cloudwatch.IMetric[] {
    return [this.accessLog.metricFindings(), this.firewall.metricForbiddenInLog()];
  }

  private addMethods(send: RoomFunction, query: RoomFunction): void {
    const validator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
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
    messages.addResource('{id}').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator: validator,
      requestParameters: { 'method.request.path.id': true },
    });
    version.addResource('usage').addMethod('GET', integration(query, Duration.seconds(7)), {
      requestValidator: validator,
    });
  }

  /** The ARN as text: the policy's size must be known while it is written. */
  private roleArn(app: AppIdentity): string {
    if ('roleArn' in app) return app.roleArn;
    const { partition, account } = Stack.of(this);
    return `arn:${partition}:iam::${account}:role/${app.roleName}`;
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
          this.api.arnForExecuteApi('GET', '/v1/messages/*', STAGE),
          this.api.arnForExecuteApi('GET', '/v1/usage', STAGE),
        ],
      }),
    );
  }
}

/** A little longer than the function's own timeout, so that the function's end is what the caller hears of. */
const integration = (target: RoomFunction, timeout: Duration): apigateway.LambdaIntegration =>
  new apigateway.LambdaIntegration(target.function, { timeout, allowTestInvoke: false });
