import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV, type RegisterAppsProperties } from '../../lambda/register-apps/contract.ts';
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
 */
export class AppRegistration extends RoomFunction {
  constructor(scope: Construct, id: string, props: AppRegistrationProps) {
    super(scope, id, props, {
      name: 'register-apps',
      description: `Keyroom: enters the apps of the room ${props.roomName} into its ledger`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 256,
      environment: { [ENV.ledgerTable]: props.ledger.table.tableName },
    });
    props.ledger.grant(this.role, { app: ['PutItem'] });
    const properties: RegisterAppsProperties = { apps: props.apps };
    const registration = new CustomResource(this, 'Registration', {
      resourceType: 'Custom::KeyroomApps',
      serviceToken: this.function.functionArn,
      properties: { ...properties },
      serviceTimeout: Duration.minutes(2),
    });
    registration.node.addDependency(this.role, props.ledger);
  }
}
