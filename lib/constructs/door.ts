import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DoorFirewall } from './door-firewall.ts';
import type { RoomFunction } from './room-function.ts';

/** What every door of a room has: how many may come in at once, and what stands before it. */
export interface DoorProps {
  /** Name of the API in the console. */
  readonly apiName: string;
  /** Requests a second, over all callers. */
  readonly throttlingRatePerSecond: number;
  /** Requests in one burst, over all callers. */
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
  /** Who called, as variables of the access log. @default - the address alone */
  readonly caller?: Readonly<Record<string, string>>;
  /** Kinds of body that reach the function as they were sent, not as text. @default - none */
  readonly binaryMediaTypes?: string[];
}

/**
 * Fields of the access log beside the caller: what, from where, how it ended. Never a path, a query or a body: the path
 * of a receipt is all that it takes to give one.
 */
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
 * An API that leads to functions of a room, throttled and guarded.
 *
 * There is no CORS, as a browser has no business here. Execution logs are off: they hold bodies.
 */
export abstract class Door extends Construct {
  /** Without a slash at the end. */
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
      binaryMediaTypes: kind.binaryMediaTypes,
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
    props.firewall.guard(this, this.api.deploymentStage.stageArn);
    const { region } = Stack.of(this);
    this.url = `https://${this.api.restApiId}.execute-api.${region}.${Aws.URL_SUFFIX}/${kind.stageName}`;
  }

  /** A validator of bodies and parameters, for every method. */
  protected validator(): apigateway.IRequestValidator {
    return this.api.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
  }
}

/** @param timeout a little longer than the function's own, so that the function's end is what the caller hears of */
export const integration = (target: RoomFunction, timeout: Duration): apigateway.LambdaIntegration =>
  new apigateway.LambdaIntegration(target.function, { timeout, allowTestInvoke: false });
