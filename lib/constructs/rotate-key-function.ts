import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, type RoomCommand, rotateKeyFunctionName } from '../../lambda/rotate-key/contract.ts';
import type { IEgress } from './egress.ts';
import type { KeyInbox } from './key-inbox.ts';
import type { Ledger } from './ledger.ts';
import type { ProviderKey } from './provider-key.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What a rotation works on, and how often. */
export interface RotateKeyFunctionProps extends RoomFunctionProps {
  /** Name of the environment. */
  readonly environmentName: string;
  /** Name of the room. */
  readonly roomName: string;
  /** Name of the provider, as in its capabilities. */
  readonly providerName: string;
  /** The way out. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** The credential in two secrets. */
  readonly providerKey: ProviderKey;
  /** Where a candidate waits. */
  readonly inbox: KeyInbox;
  /** What the room's apps use: a new key gets no scope beyond it. */
  readonly channels: readonly string[];
  /** Time between two rotations. */
  readonly rotateEvery: Duration;
  /** How long an old key stays alive after a switch. */
  readonly keyGrace: Duration;
  /** Between two sweeps, which retire what is due and report what nobody knows. */
  readonly sweepEvery: Duration;
  /** Addresses that keys are bound to beside those of the egress, while addresses change. */
  readonly alsoAllowedAddresses: readonly string[];
  /** Names of the environment's other rooms with this provider: their keys are no strangers'. */
  readonly siblingRooms: readonly string[];
  /** @default - the provider's own address */
  readonly providerBaseUrl?: string;
}

/**
 * Makes, tests, switches and retires the provider's keys; the only one that writes them.
 *
 * 120 s: a rotation's step waits for a new key to spread at the provider. A sweep that could not be delivered is not
 * retried, as the next one does the same; one that died is, twice, since Lambda does so by itself.
 */
export class RotateKeyFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: RotateKeyFunctionProps) {
    super(scope, id, props, {
      name: 'rotate-key',
      functionName: rotateKeyFunctionName(props.environmentName, props.roomName),
      description: `Keyroom: rotates the key of the room ${props.roomName}`,
      timeout: Duration.seconds(120),
      memorySizeMiB: 256,
      egress: props.egress,
      environment: {
        [ENV.environment]: props.environmentName,
        [ENV.room]: props.roomName,
        [ENV.provider]: props.providerName,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.sendingSecretArn]: props.providerKey.sending.secretArn,
        [ENV.managingSecretArn]: props.providerKey.managing.secretArn,
        [ENV.inboxSecretArn]: props.inbox.secret.secretArn,
        [ENV.egressAddresses]: props.egress.addresses.join(','),
        [ENV.channels]: props.channels.join(','),
        [ENV.keyGraceSeconds]: String(props.keyGrace.toSeconds()),
        // Whole days, rounded up: a key must not expire at the provider before its successor is due.
        [ENV.rotationDays]: String(Math.ceil(props.rotateEvery.toHours() / 24)),
        ...(props.alsoAllowedAddresses.length > 0 && {
          [ENV.alsoAllowedAddresses]: props.alsoAllowedAddresses.join(','),
        }),
        ...(props.siblingRooms.length > 0 && { [ENV.siblingRooms]: props.siblingRooms.join(',') }),
        ...(props.providerBaseUrl !== undefined && { [ENV.providerBaseUrl]: props.providerBaseUrl }),
      },
    });
    props.ledger.grant(this.role, { rotation: ['GetItem', 'PutItem'] });
    props.providerKey.grantRotate(this.role);
    props.inbox.grantEmpty(this.role);
    this.letItselfBeCalled(props);
    const sweep: RoomCommand = { action: 'sweep' };
    new events.Rule(this, 'Sweep', {
      description: `Keyroom: retires keys of the room ${props.roomName} that are due`,
      schedule: events.Schedule.rate(props.sweepEvery),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject(sweep),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }

  /**
   * Whoever starts a rotation must be allowed to call the function that rotates, and here the function starts it.
   *
   * By name, as the role cannot wait for the function that waits for the role.
   *
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
   */
  private letItselfBeCalled({ environmentName, roomName }: RotateKeyFunctionProps): void {
    const arn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: rotateKeyFunctionName(environmentName, roomName),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
  }

  /** Asking the function to import, rotate, sweep or report. */
  grantCommand(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
