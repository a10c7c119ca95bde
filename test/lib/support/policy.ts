import type { Template } from 'aws-cdk-lib/assertions';

/** A statement of a policy, as it stands in a template. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string[];
}

/** Resources of a type whose logical ids match. */
export const resources = (template: Template, type: string, id = /./): [id: string, resource: Resource][] =>
  Object.entries(template.findResources(type) as Record<string, Resource>).filter(([logicalId]) => id.test(logicalId));

/** The only resource of a type whose logical id matches. */
export const resource = (template: Template, type: string, id = /./): Resource => {
  const found = resources(template, type, id);
  if (found.length !== 1) throw new Error(`expected one ${type} like ${id.source}, got ${found.length}`);
  return found[0]![1];
};

/** Types of the resources that have a deletion policy. */
export const typesWith = (template: Template, policy: string): string[] =>
  Object.values((template.toJSON() as { Resources: Record<string, Resource> }).Resources)
    .filter(({ DeletionPolicy }) => DeletionPolicy === policy)
    .map(({ Type }) => Type);

const statementsOf = (document: unknown): Statement[] => (document as { Statement: Statement[] }).Statement;

/** The resource policy of a secret. */
export const secretStatements = (template: Template, id: RegExp): Statement[] =>
  statementsOf(resource(template, 'AWS::SecretsManager::ResourcePolicy', id).Properties.ResourcePolicy);

export const keyStatements = (template: Template, id: RegExp): Statement[] =>
  statementsOf(resource(template, 'AWS::KMS::Key', id).Properties.KeyPolicy);

/** What a role's managed policy says. */
export const roleStatements = (template: Template, id: RegExp): Statement[] =>
  statementsOf(resource(template, 'AWS::IAM::ManagedPolicy', id).Properties.PolicyDocument);

export const actionsOf = ({ Action }: Statement): string[] => [Action].flat();

/** Statements about an action. */
export const about = (statements: readonly Statement[], action: string): Statement[] =>
  statements.filter((statement) => actionsOf(statement).includes(action));

export const arnOf = (logicalId: RegExp): unknown => ({
  'Fn::GetAtt': [expect.stringMatching(logicalId) as unknown, 'Arn'],
});
