import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { ENV, type ProbeEvent, type SecretUsers } from '../../lambda/witness/contract.ts';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Whose secrets are watched, and where what is seen is kept. */
export interface WitnessFunctionProps extends RoomFunctionProps, RoomSecretProps {
  /** The room's ledger. */
  readonly ledger: Ledger;
}

/**
 * Judges what the rules of the witness catch. Outside the VPC: it sees the network fail, too.
 *
 * It has no right to any secret: it only knows who has. An event that it fails on comes again twice, as Lambda does that.
 */
export class WitnessFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: WitnessFunctionProps) {
    super(scope, id, props, {
      name: 'witness',
      description: `Keyroom: sees who touches the secrets of the room ${props.roomName}, and who changes it`,
      timeout: Duration.seconds(20),
      memorySizeMiB: 256,
      environment: {
        [ENV.environment]: props.environmentName,
        [ENV.room]: props.roomName,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.endpointId]: props.secretsManagerEndpointId,
        [ENV.deploymentRoleArn]: props.deploymentRoleArn,
      },
    });
    this.function.addEnvironment(ENV.ownRoleArn, this.role.roleArn);
    this.function.addEnvironment(ENV.secretUsers, this.secretUsers());
    props.ledger.grant(this.role, { seen: ['PutItem'], 'seen-state': ['PutItem'] });
    const probe: ProbeEvent = { action: 'probe' };
    new events.Rule(this, 'Probe', {
      description: `Keyroom: tries whether the witness over the room ${props.roomName} would see anybody`,
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject(probe),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }

  /** When the template is written, as rights to the secrets are granted until then. */
  private secretUsers(): string {
    const stack = Stack.of(this);
    const produce = (): SecretUsers => {
      const secrets = stack.node.findAll().filter((node) => node instanceof GuardedSecret);
      return Object.fromEntries(secrets.map(({ kind, users }) => [kind, users]));
    };
    return stack.toJsonString(Lazy.any({ produce }));
  }
}
