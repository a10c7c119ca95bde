import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ROOM_POLICY_FILE, type RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import { type FunctionName, functionCode } from './function-code.ts';
import { GuardedLogGroup } from './guarded-log-group.ts';
import { RoomRole } from './room-role.ts';

/** How the log of a function is kept. */
export interface RoomFunctionProps {
  /** Encrypts the logs. */
  readonly logKey: kms.IKey;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** What a kind of function says about itself. */
export interface RoomFunctionDefinition {
  readonly name: FunctionName;
  readonly description: string;
  /**
   * Physical name, where a person must type it.
   *
   * @default - named by CloudFormation
   */
  readonly functionName?: string;
  readonly timeout: Duration;
  readonly memorySizeMiB: number;
  /** Never a secret: the environment is readable by whoever may describe the function. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The network the function sends through.
   *
   * @default - outside any VPC
   */
  readonly egress?: IEgress;
  /**
   * What the apps may do, as a file beside the code.
   *
   * @default - the function asks nothing about apps
   */
  readonly policy?: RoomPolicy;
  /**
   * Other files beside the code, as JSON, by name.
   *
   * @default - none
   */
  readonly files?: Readonly<Record<string, object>>;
}

/**
 * A function of a room: its own role, which starts with the right to write its own log and nothing else.
 *
 * Tracing is off: a trace's annotations and URLs are one more place to leak into. Concurrency is not reserved: a limit
 * would refuse messages, and zero is how an incident stops the function.
 */
export class RoomFunction extends Construct {
  /** Role that the code runs as. */
  readonly role: iam.IRole;
  /** The function itself. */
  readonly function: lambda.Function;
  private readonly logGroup: GuardedLogGroup;

  constructor(scope: Construct, id: string, props: RoomFunctionProps, definition: RoomFunctionDefinition) {
    super(scope, id);
    this.logGroup = new GuardedLogGroup(this, 'LogGroup', {
      encryptionKey: props.logKey,
      removalPolicy: props.removalPolicy,
    });
    this.role = new RoomRole(this, 'Role', {
      description: definition.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grant(this.role, 'logs:CreateLogStream', 'logs:PutLogEvents');
    if (definition.egress) this.grantNetworkInterfaces();
    this.function = new lambda.Function(this, 'Resource', {
      description: definition.description,
      functionName: definition.functionName,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(this, definition.name, {
        ...(definition.policy && { [ROOM_POLICY_FILE]: definition.policy }),
        ...definition.files,
      }),
      timeout: definition.timeout,
      memorySize: definition.memorySizeMiB,
      environment: { ...definition.environment },
      role: this.role,
      logGroup: this.logGroup,
      tracing: lambda.Tracing.DISABLED,
      ...(definition.egress && {
        vpc: definition.egress.vpc,
        vpcSubnets: definition.egress.subnets,
        securityGroups: [definition.egress.securityGroup],
      }),
    });
  }

  /** Invocations at once that the template sets aside for it; `undefined` where it sets none aside. */
  get reservedConcurrency(): number | undefined {
    const { defaultChild } = this.function.node;
    return defaultChild instanceof lambda.CfnFunction ? defaultChild.reservedConcurrentExecutions : undefined;
  }

  /** Log events in which a key or a phone number was found, per minute. */
  metricForbiddenInLog(): cloudwatch.IMetric {
    return this.logGroup.metricForbiddenInLog();
  }

  /**
   * What Lambda needs to put a function into a VPC.
   *
   * `*` cannot be avoided: the interfaces do not exist yet, describing them knows no resource, and Lambda checks for
   * exactly these rights. But only Lambda needs them, before any code runs: calls made by the function's own code carry
   * the key of the second statement and are refused.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
   */
  private grantNetworkInterfaces(): void {
    const { partition, region, account } = Stack.of(this);
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions,
        resources: ['*'],
        conditions: {
          ArnLike: { 'lambda:SourceFunctionArn': `arn:${partition}:lambda:${region}:${account}:function:*` },
        },
      }),
    );
  }
}
