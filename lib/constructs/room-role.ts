import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * A role whose rights are in one managed policy, which reviewers and tools list, compare and version, instead of being
 * written inside the role, where the CDK puts them.
 */
export class RoomRole extends iam.Role {
  private rights: iam.ManagedPolicy | undefined;

  override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.rights ??= new iam.ManagedPolicy(this, 'Rights', {
      description: `What ${this.node.path} may do`,
      roles: [this],
    });
    this.rights.addStatements(statement);
    return { statementAdded: true, policyDependable: this.rights };
  }
}
