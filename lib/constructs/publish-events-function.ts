import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/publish-events/contract.ts';
import { EVENTS } from '../../lambda/shared/contract.ts';
import { grantThrough } from './data-key.ts';
import type { Ledger } from './ledger.ts';
import { grantPutEvents } from './put-events.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Whose changes are told, and where what could not be told is kept. */
export interface PublishEventsFunctionProps extends RoomFunctionProps {
  /** Name of the room, as its events tell it. */
  readonly roomName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Encrypts what could not be told. */
  readonly encryptionKey: kms.IKey;
}

/** A quarter of the day for which the stream keeps changes: what comes later than that helps no app. */
const OLDEST = Duration.hours(6);

/**
 * Tells EventBridge of every message's status. Outside the VPC, as it calls no provider and reads no secret.
 *
 * The stream carries the ledger's items whole, and DynamoDB cannot limit a reader of it to a part of them as it limits
 * the other functions. So this role sees all of them: keyed hashes, masked numbers and units in clear, and numbers and texts
 * only as the sealed bytes that they are stored as, since the key to those is derived from the pepper, which it may not
 * read.
 */
export class PublishEventsFunction extends RoomFunction {
  /** Parts of the stream that could not be told. */
  readonly deadLetters: sqs.IQueue;

  constructor(scope: Construct, id: string, props: PublishEventsFunctionProps) {
    super(scope, id, props, {
      name: 'publish-events',
      description: `Keyroom: tells of messages of the room ${props.roomName}`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 256,
      environment: { [ENV.room]: props.roomName },
    });
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    // The CDK's own grant to a queue under a customer key would be of the key itself, and not through SQS alone.
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    grantThrough(props.encryptionKey, this.role, 'sqs', ['kms:Decrypt', 'kms:GenerateDataKey']);
    grantPutEvents(this.role, [EVENTS.statusChanged, EVENTS.roomChanged]);
    props.ledger.grantReadStream(this.role);
    const mapping = new lambda.EventSourceMapping(this, 'Stream', {
      target: this.function,
      eventSourceArn: props.ledger.streamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      maxRecordAge: OLDEST,
      // Says which part of the stream was passed over, not what was in it.
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
      filters: [
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.or('INSERT', 'MODIFY'),
          dynamodb: { Keys: { pk: { S: lambda.FilterRule.beginsWith('message#') } } },
        }),
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.or('INSERT'),
          dynamodb: { Keys: { pk: { S: lambda.FilterRule.beginsWith('action#') } } },
        }),
      ],
    });
    // Lambda refuses a mapping whose function may not read the stream yet.
    mapping.node.addDependency(this.role);
  }

  /** Parts of the stream that could not be told. */
  metricDeadLetters(): cloudwatch.IMetric {
    return this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) });
  }
}
