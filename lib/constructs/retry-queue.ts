import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { grantThrough } from './data-key.ts';

/** How the queues are encrypted, and how long their consumer may take. */
export interface RetryQueueProps {
  /** Encrypts what is stored. */
  readonly encryptionKey: kms.IKey;
  /** Timeout of the function that keeps the appointments. */
  readonly consumerTimeout: Duration;
}

/** Deliveries before an appointment is set aside: fewer would set some aside when the function is merely throttled. */
const MOST_DELIVERIES = 5;

/**
 * Appointments of messages that wait for their next attempt: ids and moments, never a number or a text.
 *
 * Standard queues, as a message may wait for minutes without holding up those behind it, and the ledger makes a double
 * delivery harmless. One-time codes have a queue and a poller of their own, so that no campaign is ever before them.
 */
export class RetryQueue extends Construct {
  /** Of one-time codes. */
  readonly otp: sqs.IQueue;
  /** Of all other messages. */
  readonly rest: sqs.IQueue;
  /** What could not be kept after several deliveries. */
  readonly deadLetters: sqs.IQueue;
  private readonly encryptionKey: kms.IKey;

  constructor(scope: Construct, id: string, props: RetryQueueProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const encrypted = {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
    };
    // The longest that SQS keeps anything: a weekend and a holiday must not make anybody lose track.
    const deadLetters = new sqs.Queue(this, 'DeadLetters', { ...encrypted, retentionPeriod: Duration.days(14) });
    this.deadLetters = deadLetters;
    const queue = (childId: string): sqs.Queue =>
      new sqs.Queue(this, childId, {
        ...encrypted,
        // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
        retentionPeriod: Duration.days(4),
        deadLetterQueue: { queue: deadLetters, maxReceiveCount: MOST_DELIVERIES },
      });
    this.otp = queue('Otp');
    this.rest = queue('Rest');
  }

  /** Making appointments. */
  grantAdd(role: iam.IRole): void {
    this.grant(role, [this.otp, this.rest], ['sqs:SendMessage']);
    grantThrough(this.encryptionKey, role, 'sqs', ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Keeping appointments: what Lambda polls the queues with, in the function's name. */
  grantKeep(role: iam.IRole): void {
    const actions = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
    this.grant(role, [this.otp, this.rest], actions);
  }

  /** Looking at what was set aside, and taking it out. */
  grantRedrive(role: iam.IRole): void {
    const actions = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'];
    this.grant(role, [this.deadLetters], actions);
  }

  /** Appointments that were set aside. */
  metricDeadLetters(): cloudwatch.IMetric {
    return this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) });
  }

  private grant(role: iam.IRole, queues: readonly sqs.IQueue[], actions: string[]): void {
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: queues.map(({ queueArn }) => queueArn) }));
  }
}
