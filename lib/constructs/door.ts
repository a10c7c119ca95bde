import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DoorFirewall } from './door-firewall.ts';
import { addGatewayProblems, type GatewayProblem } from './gateway-problems.ts';
import type { RoomFunction } from './room-function.ts';

/** What answers behind every door of a room, and how many may come in at once. */
export interface DoorProps {
  /** Name of the API in the console. */
  readonly apiName: string;
  /** Answers `POST /v1/messages`. */
  readonly send: RoomFunction;
  /** Answers `GET /v1/messages/{id}` and `GET /v1/usage`. */
  readonly query: RoomFunction;
  /** Requests a second, over all apps. */
  readonly throttlingRatePerSecond: number;
  /** Requests in one burst, over all apps. */
  readonly throttlingBurst: number;
  /** Where it is written who called. */
  readonly accessLog: ILogGroup;
  /** Stands before every door of the room. */
  readonly firewall: DoorFirewall;
}

/** What tells one kind of door from the other. */
export interface DoorKind {
  readonly description: string;
  /** By it the functions know which door a request came through. */
  readonly stageName: string;
  /** @default - none: whoever the methods' authorization lets in */
  readonly policy?: iam.PolicyDocument;
  /** How every method finds out who calls. */
  readonly authorization: (api: Construct) => apigateway.MethodOptions;
  /** Who called, as variables of the access log. */
  readonly caller: Readonly<Record<string, string>>;
  /** What the gateway says otherwise than at other doors. @default - nothing */
  readonly problems?: Readonly<Record<string, GatewayProblem>>;
}

/** Fields of the access log beside the caller: what, from where, how it ended. Never a path, a query or a body. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
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
 * An API that leads to the functions of a room, throttled and guarded.
 *
 * The gateway checks that a body is a JSON object and not too large; which field is wrong is said by the function. There
 * is no CORS, as a browser has no business here. Execution logs are off: they hold bodies.
 */
export abstract class Door extends Construct {
  /** Without a slash at the end: `${url}/v1/messages`. */
  readonly url: string;
  protected readonly api: apigateway.RestApi;

  protected constructor(scope: Construct, id: string, props: DoorProps, kind: DoorKind) {
    super(scope, id);
    this.api = new apigateway.RestApi(this, 'Resource', {
      restApiName: props.apiName,
      description: kind.description,
      endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
      // An account has one such role for all its APIs: a room must not replace it.
      cloudWatchRole: false,
      policy: kind.policy,
      defaultMethodOptions: kind.authorization(this),
      deployOptions: {
        stageName: kind.stageName,
        throttlingRateLimit: props.throttlingRatePerSecond,
        throttlingBurstLimit: props.throttlingBurst,
        accessLogDestination: new apigateway.LogGroupLogDestination(props.accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify({ ...ACCESS_LOG_FIELDS, ...kind.caller })),
        loggingLevel: apigateway.MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        tracingEnabled: false,
      },
    });
    // The CDK's own output of the URL; the stack has one with a name of its own.
    this.api.node.tryRemoveChild('Endpoint');
    this.addMethods(props.send, props.query);
    addGatewayProblems(this.api, kind.problems);
    props.firewall.guard(this, this.api.deploymentStage.stageArn);
    const { region } = Stack.of(this);
    this.url = `https://${this.api.restApiId}.execute-api.${region}.${Aws.URL_SUFFIX}/${kind.stageName}`;
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
}

/** A little longer than the function's own timeout, so that the function's end is what the caller hears of. */
const integration = (target: RoomFunction, timeout: Duration): apigateway.LambdaIntegration =>
  new apigateway.LambdaIntegration(target.function, { timeout, allowTestInvoke: false });
