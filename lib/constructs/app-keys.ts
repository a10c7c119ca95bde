import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AlarmRegistry } from './alarm-registry.ts';
import { addAppKeyAlarms } from './app-key-alarms.ts';
import { AppKeysFunction } from './app-keys-function.ts';
import { AuthorizeKeyFunction, type AuthorizeKeyFunctionProps } from './authorize-key-function.ts';
import { KeyDoor, type KeyDoorProps } from './key-door.ts';
import { NamedRole } from './named-role.ts';
import type { RoomFunction } from './room-function.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** What apps outside AWS need, and who may give them keys. */
export interface AppKeysProps {
  /** What keys are made and checked with. */
  readonly checking: AuthorizeKeyFunctionProps;
  /** What is behind the door. */
  readonly door: Omit<KeyDoorProps, 'authorizer'>;
  /** Name of the role that may issue and revoke keys. */
  readonly issuerRoleName: string;
  /** Who may assume that role. Nobody where empty: then there is no such role. */
  readonly issuers: readonly string[];
  /** Makes the alarms. */
  readonly alarms: AlarmRegistry;
  /** What the functions count. */
  readonly metrics: RoomMetrics;
}

/** The door for apps outside AWS, the function that checks their keys, and the one that issues them. */
export class AppKeys extends Construct {
  /** The door's address, without a slash at the end. */
  readonly url: string;
  /** The functions beside those of every room. */
  readonly functions: readonly RoomFunction[];
  /** Who may issue and revoke keys. */
  readonly issuer: IRole | undefined;

  constructor(scope: Construct, id: string, props: AppKeysProps) {
    super(scope, id);
    const { room } = props.checking.policy;
    const authorizer = new AuthorizeKeyFunction(this, 'Authorizer', props.checking);
    const issuing = new AppKeysFunction(this, 'Issuing', props.checking);
    this.functions = [authorizer, issuing];
    this.url = new KeyDoor(this, 'Door', { ...props.door, authorizer }).url;
    if (props.issuers.length > 0) {
      const issuer = new NamedRole(this, 'Issuer', {
        roleName: props.issuerRoleName,
        description: `Keyroom: issues and revokes the app keys of the room ${room}`,
        trustedPrincipals: props.issuers,
      });
      issuing.grantCommand(issuer);
      this.issuer = issuer;
    }
    addAppKeyAlarms(props.alarms, props.metrics, issuing);
  }
}
