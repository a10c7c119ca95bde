import { type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Who is told of one severity, and how. */
export interface OnCallTopicProps {
  /** First line of an email. */
  readonly displayName: string;
  /** Encrypts what is stored. */
  readonly encryptionKey: kms.IKey;
  /** @default - nobody is told */
  readonly emails?: readonly string[];
  /** @default - nothing is called */
  readonly httpsUrls?: readonly string[];
  /**
   * Names of queues to create that keep what was sent.
   *
   * @default - none
   */
  readonly queues?: readonly string[];
}

/** Where alarms of one severity go: encrypted, over TLS only, fed by this account's alarms only. */
export class OnCallTopic extends sns.Topic {
  /** The queues of the subscribers, in their order. */
  readonly queues: readonly sqs.Queue[];
  private readonly encryptionKey: kms.IKey;

  constructor(scope: Construct, id: string, props: OnCallTopicProps) {
    super(scope, id, { displayName: props.displayName, masterKey: props.encryptionKey, enforceSSL: true });
    const { account, partition, region } = Stack.of(this);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      }),
    );
    for (const [index, email] of (props.emails ?? []).entries()) {
      this.subscribe(`Email${index + 1}`, sns.SubscriptionProtocol.EMAIL, email);
    }
    for (const [index, url] of (props.httpsUrls ?? []).entries()) {
      this.subscribe(`Https${index + 1}`, sns.SubscriptionProtocol.HTTPS, url);
    }
    this.encryptionKey = props.encryptionKey;
    this.queues = (props.queues ?? []).map((name) => this.subscribeQueue(name));
  }

  private subscribe(id: string, protocol: sns.SubscriptionProtocol, endpoint: string): sns.Subscription {
    return new sns.Subscription(this, id, { topic: this, protocol, endpoint });
  }

  /**
   * A queue that keeps what is sent, for so long.
   *
   * By hand: the CDK's queue subscription would have the key name the topic, and the topic already names the key.
   *
   * @param kept as long as SQS keeps messages by itself where nothing is said
   */
  subscribeQueue(name: string, kept?: Duration): sqs.Queue {
    const { encryptionKey } = this;
    const queue = new sqs.Queue(this, `Queue-${name}`, {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
      retentionPeriod: kept,
    });
    const permission = queue.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'PagesFromTheTopic',
        principals: [new iam.ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topicArn } },
      }),
    );
    const subscription = this.subscribe(`QueueSubscription-${name}`, sns.SubscriptionProtocol.SQS, queue.queueArn);
    if (permission.policyDependable) subscription.node.addDependency(permission.policyDependable);
    return queue;
  }
}
