import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { logServiceStatement } from './log-key.ts';

/** What differs between one room's key and another's. */
export interface DataKeyProps {
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * One key for a room's table, topics, queues and logs. Never for the provider's key, which has its own.
 *
 * The account's IAM policies decide about the rest (the first statement), so each service that acts by itself is named
 * here, for this account's own alarms, topics and log groups.
 */
export class DataKey extends kms.Key {
  constructor(scope: Construct, id: string, props: DataKeyProps) {
    super(scope, id, {
      description: 'Keyroom: table, topics, queues and logs of one room',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    const stack = Stack.of(this);
    this.addToResourcePolicy(logServiceStatement(stack));
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    this.addToResourcePolicy(this.serviceStatement(stack, 'cloudwatch', 'alarm:*', 'AlarmsIntoEncryptedTopics'));
    this.addToResourcePolicy(this.serviceStatement(stack, 'sns', `${stack.stackName}-*`, 'TopicsIntoEncryptedQueues'));
  }

  private serviceStatement(stack: Stack, service: string, resource: string, sid: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal(`${service}.amazonaws.com`)],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}` },
      },
    });
  }
}

/**
 * Lets a role use a data key, but only through the service that stores the data.
 *
 * @param service such as `dynamodb`
 */
export const grantThrough = (key: kms.IKey, role: iam.IRole, service: string, actions: string[]): void => {
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions,
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(key).region}.amazonaws.com` } },
    }),
  );
};
