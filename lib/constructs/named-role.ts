import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface NamedRoleProps {
  /** Physical name: the app's configuration and other accounts refer to it. */
  readonly roleName: string;
  readonly description: string;
  /** ARNs of roles, users or account roots. At least one. */
  readonly trustedPrincipals: readonly string[];
}

/** An identity of its own for whoever is named, without any right until a door or an inbox grants one. */
export class NamedRole extends iam.Role {
  constructor(scope: Construct, id: string, props: NamedRoleProps) {
    super(scope, id, {
      roleName: props.roleName,
      description: props.description,
      assumedBy: new iam.CompositePrincipal(...props.trustedPrincipals.map((arn) => new iam.ArnPrincipal(arn))),
    });
  }
}
