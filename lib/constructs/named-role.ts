import { ArnPrincipal, CompositePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RoomRole } from './room-role.ts';

/** A role by its name, and who may be it. */
export interface NamedRoleProps {
  /** Physical name: the app's configuration and other accounts refer to it. */
  readonly roleName: string;
  /** Who it is for. */
  readonly description: string;
  /** ARNs of roles, users or account roots. At least one. */
  readonly trustedPrincipals: readonly string[];
}

/** An identity of its own for whoever is named, without any right until a door or an inbox grants one. */
export class NamedRole extends RoomRole {
  constructor(scope: Construct, id: string, props: NamedRoleProps) {
    super(scope, id, {
      roleName: props.roleName,
      description: props.description,
      assumedBy: new CompositePrincipal(...props.trustedPrincipals.map((arn) => new ArnPrincipal(arn))),
    });
  }
}
