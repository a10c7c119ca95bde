import { createHash } from 'node:crypto';
import { CfnElement, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What every element of a template has, and the CDK's types do not show. */
interface Rendered {
  _toCloudFormation(): object;
}

const isRendered = (element: IConstruct): element is IConstruct & Rendered =>
  CfnElement.isCfnElement(element) && '_toCloudFormation' in element;

/**
 * A text that changes with anything in a stack's template, but for what is below the construct that carries it.
 *
 * CloudFormation asks a custom resource only when its properties change: with this among them it is asked by every
 * deployment that changes anything.
 */
export const deploymentDigest = (carrier: IConstruct): string => {
  const stack = Stack.of(carrier);
  const produce = (): string => {
    const others = stack.node
      .findAll()
      .filter((node) => Stack.of(node) === stack && !node.node.scopes.includes(carrier))
      .filter(isRendered);
    // Tags of the stack are no part of its template, and are put on every resource all the same.
    const hash = createHash('sha256').update(JSON.stringify(stack.tags.tagValues()));
    for (const element of others) hash.update(JSON.stringify(stack.resolve(element._toCloudFormation())));
    return hash.digest('hex').slice(0, 32);
  };
  let digest: string | undefined;
  return Lazy.string({ produce: () => (digest ??= produce()) });
};
