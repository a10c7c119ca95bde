import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { ENV, type RegisterAppsProperties } from '../../lambda/register-apps/contract.ts';
import { deploymentDigest } from './deployment-digest.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** The apps of a room and the ledger they are entered into. */
export interface AppRegistrationProps extends RoomFunctionProps {
  /** Name of the room. */
  readonly roomName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Names of the room's apps. */
  readonly apps: readonly string[];
}

/**
 * Gives every app its item in the ledger, which holds its limits' windows and whether it is frozen.
 *
 * A message is admitted only where that item exists, so the door must wait for this. Items that exist are left alone: a
 * deployment neither refills a limit nor thaws an app.
 *
 * While the room is frozen it refuses every deployment, and so comes before everything else that a deployment changes.
 */
export class AppRegistration extends RoomFunction {
  private readonly registration: CustomResource;

  constructor(scope: Construct, id: string, props: AppRegistrationProps) {
    super(scope, id, props, {
      name: 'register-apps',
      description: `Keyroom: enters the apps of the room ${props.roomName} into its ledger`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 256,
      environment: { [ENV.ledgerTable]: props.ledger.table.tableName },
    });
    props.ledger.grant(this.role, { app: ['PutItem'], room: ['GetItem', 'PutItem', 'UpdateItem'] });
    const properties: RegisterAppsProperties = { apps: props.apps, deployment: deploymentDigest(this) };
    this.registration = new CustomResource(this, 'Registration', {
      resourceType: 'Custom::KeyroomApps',
      serviceToken: this.function.functionArn,
      properties: { ...properties },
      serviceTimeout: Duration.minutes(2),
    });
    this.registration.node.addDependency(this.role, props.ledger);
  }

  /** Makes constructs wait until it is known that the room may be deployed. */
  goBefore(dependents: readonly IConstruct[]): void {
    for (const dependent of dependents) dependent.node.addDependency(this.registration);
  }
}
