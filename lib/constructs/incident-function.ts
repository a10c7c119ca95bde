import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, type IncidentEvent, incidentFunctionName } from '../../lambda/incident/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { Drill } from './drill.ts';
import type { Ledger } from './ledger.ts';
import type { ProviderKey } from './provider-key.ts';
import type { RetryFunction } from './retry-function.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';
import type { RotateKeyFunction } from './rotate-key-function.ts';

/** What is stopped, and by what. */
export interface IncidentFunctionProps extends RoomFunctionProps {
  /** What the room allows: which apps and countries there are. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** What tries whether a page arrives. */
  readonly drill: Drill;
  /** Calls the provider when an app asks. */
  readonly send: RoomFunction;
  /** Calls the provider for what waits. */
  readonly retry: RetryFunction;
  /** @default - none: a sandbox room has no key */
  readonly providerKey?: ProviderKey;
  /** @default - none: a sandbox room has no key */
  readonly rotateKey?: RotateKeyFunction;
}

/** Who commands, as the function sees them: `<account id>:<role name>`. */
export interface Commanders {
  readonly onCall: string;
  /** @default - nobody has to agree */
  readonly approver?: string;
}

/**
 * Stops a room, an app or a country, and has keys replaced, for whoever is on call.
 *
 * Outside the VPC: the brake does not depend on the network that it brakes. 150 s: it waits for the function that keeps
 * the keys, which has 120. Its own concurrency is not reserved, as an account may have none to give.
 */
export class IncidentFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: IncidentFunctionProps & { readonly commanders: Commanders }) {
    const { send, retry, policy, commanders, providerKey, rotateKey } = props;
    super(scope, id, props, {
      name: 'incident',
      functionName: incidentFunctionName(policy.environment, policy.room),
      description: `Keyroom: stops and mends the room ${policy.room} for whoever is on call`,
      timeout: Duration.seconds(150),
      memorySizeMiB: 512,
      policy,
      environment: {
        ...props.drill.environment,
        [ENV.environment]: policy.environment,
        [ENV.room]: policy.room,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.onCallRole]: commanders.onCall,
        [ENV.sendFunction]: send.function.functionName,
        [ENV.retryFunction]: retry.function.functionName,
        [ENV.retrySources]: retry.sources.map(({ eventSourceMappingId }) => eventSourceMappingId).join(','),
        ...(send.reservedConcurrency !== undefined && { [ENV.sendConcurrency]: String(send.reservedConcurrency) }),
        ...(retry.reservedConcurrency !== undefined && { [ENV.retryConcurrency]: String(retry.reservedConcurrency) }),
        ...(commanders.approver !== undefined && { [ENV.approverRole]: commanders.approver }),
        ...(providerKey && { [ENV.sendingSecretArn]: providerKey.sending.secretArn }),
        ...(rotateKey && { [ENV.rotateKeyFunction]: rotateKey.function.functionName }),
      },
    });
    props.ledger.grantDue(this.role);
    props.ledger.grant(this.role, {
      job: ['GetItem', 'PutItem'],
      action: ['PutItem'],
      room: ['GetItem', 'PutItem', 'UpdateItem'],
      app: ['GetItem', 'UpdateItem'],
    });
    props.drill.grantRun(this.role);
    this.grantBrakes(send, retry);
    providerKey?.sending.grantFreeze(this.role);
    rotateKey?.grantCommand(this.role);
    this.letItselfBeCalled(policy);
    const drill: IncidentEvent = { action: 'drill' };
    new events.Rule(this, 'Drill', {
      description: `Keyroom: tries every week whether a page of the room ${policy.room} arrives`,
      // In working hours from Europe to India: people are told of it, too.
      schedule: events.Schedule.cron({ weekDay: 'TUE', hour: '9', minute: '0' }),
      targets: [new targets.LambdaFunction(this.function, { event: events.RuleTargetInput.fromObject(drill) })],
    });
    const resume: IncidentEvent = { action: 'resume' };
    new events.Rule(this, 'Resume', {
      description: `Keyroom: takes up what a crash has left of commands in the room ${policy.room}`,
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject(resume),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    });
  }

  /**
   * Having an app or a country frozen.
   *
   * No condition can hold a caller to one kind of event: whoever may invoke the function could command all that people
   * may. The watch reads counts alone, and nothing from outside.
   */
  grantQuarantine(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }

  /** A source may be switched on and off, and go on calling the one function only. */
  private grantBrakes(send: RoomFunction, retry: RetryFunction): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['lambda:DeleteFunctionConcurrency', 'lambda:GetFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
        resources: [send.function.functionArn, retry.function.functionArn],
      }),
    );
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
        resources: retry.sources.map(({ eventSourceMappingArn }) => eventSourceMappingArn),
        conditions: { ArnEqualsIfExists: { 'lambda:FunctionArn': retry.function.functionArn } },
      }),
    );
  }

  /** By name, as the role cannot wait for the function that waits for the role. */
  private letItselfBeCalled({ environment, room }: RoomPolicy): void {
    const arn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: incidentFunctionName(environment, room),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
  }
}
