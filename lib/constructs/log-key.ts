import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What outlives the stack. */
export interface LogKeyProps {
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** A key for log groups and nothing else. */
export class LogKey extends kms.Key {
  constructor(scope: Construct, id: string, props: LogKeyProps) {
    super(scope, id, {
      description: 'Keyroom: network logs',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    this.addToResourcePolicy(logServiceStatement(Stack.of(this)));
  }
}

/**
 * Lets CloudWatch Logs use a key for the log groups of this account and Region, and for nothing else.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export const logServiceStatement = (stack: Stack): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'LogGroupsOfThisAccount',
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:*`,
      },
    },
  });
