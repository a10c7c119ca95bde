import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EVENTS } from '../../lambda/shared/contract.ts';

/** Putting events of some kinds on the account's default bus, and no others. */
export const grantPutEvents = (role: iam.IRole, detailTypes: string | string[]): void => {
  const { partition, region, account } = Stack.of(role);
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [`arn:${partition}:events:${region}:${account}:event-bus/default`],
      conditions: { StringEquals: { 'events:source': EVENTS.source, 'events:detail-type': detailTypes } },
    }),
  );
};
