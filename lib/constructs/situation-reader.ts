import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ENV } from '../../lambda/shared/situation/reader-contract.ts';
import type { Ledger } from './ledger.ts';
import type { ProviderKey } from './provider-key.ts';
import type { PublishEventsFunction } from './publish-events-function.ts';
import type { RetryQueue } from './retry-queue.ts';

/** What a room's situation is read of. */
export interface SituationReaderProps {
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Where messages wait. */
  readonly retryQueue: RetryQueue;
  /** Tells of what becomes of messages. */
  readonly publishEvents: PublishEventsFunction;
  /** @default - none: a sandbox room has no key */
  readonly providerKey?: ProviderKey;
  /** The topic of pages. */
  readonly pages: ITopic;
  /** Whether the room is compared with its provider. */
  readonly isCompared: boolean;
  /** The addresses that sends leave from. */
  readonly egressAddresses: readonly string[];
  /** Other rooms of the environment whose names begin with this one's and a hyphen. */
  readonly roomsAlike: readonly string[];
}

/** What a function reads a room's situation with, and the rights to; it changes nothing and reads no key and no message. */
export class SituationReader {
  private readonly props: SituationReaderProps;

  constructor(props: SituationReaderProps) {
    this.props = props;
  }

  /** Where the situation is read, for the function's environment. */
  get environment(): Readonly<Record<string, string>> {
    const { ledger, retryQueue, publishEvents, providerKey } = this.props;
    return {
      [ENV.ledgerTable]: ledger.table.tableName,
      [ENV.queueUrls]: [retryQueue.otp, retryQueue.rest].map(({ queueUrl }) => queueUrl).join(','),
      [ENV.deadMessagesUrl]: retryQueue.deadLetters.queueUrl,
      [ENV.deadEventsUrl]: publishEvents.deadLetters.queueUrl,
      [ENV.egressAddresses]: this.props.egressAddresses.join(','),
      [ENV.pagesTopicArn]: this.props.pages.topicArn,
      // The function that adds the text and the probe of drills are among the topic's subscribers.
      [ENV.ownSubscriptions]: '2',
      [ENV.isCompared]: String(this.props.isCompared),
      [ENV.roomsAlike]: this.props.roomsAlike.join(','),
      ...(providerKey && {
        [ENV.sendingSecretArn]: providerKey.sending.secretArn,
        [ENV.managingSecretArn]: providerKey.managing.secretArn,
      }),
    };
  }

  /**
   * Reading where the room stands.
   *
   * Of the ledger the room's own item, those of its apps, what the last comparison left and what was told of alarms: never
   * a message. Of secrets
   * the labels of their versions, of queues their length, of the topic how many subscribe and never who.
   *
   * Two rights cannot be narrower than the account. `GetMetricData` knows no resource, and no condition that it could be
   * held to a namespace by. `DescribeAlarms` tells of composite alarms only to whoever has it on everything. Both tell
   * numbers and names.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
   */
  grantRead(role: IRole): void {
    const { ledger, retryQueue, publishEvents, providerKey } = this.props;
    ledger.grant(role, { app: ['BatchGetItem'], notice: ['GetItem'], reconcile: ['GetItem'], room: ['GetItem'] });
    allow(
      role,
      ['sqs:GetQueueAttributes'],
      [
        ...[retryQueue.otp, retryQueue.rest, retryQueue.deadLetters, publishEvents.deadLetters].map(
          ({ queueArn }) => queueArn,
        ),
      ],
    );
    allow(role, ['sns:GetTopicAttributes'], [this.props.pages.topicArn]);
    if (providerKey) {
      const { sending, managing } = providerKey;
      allow(role, ['secretsmanager:ListSecretVersionIds'], [sending.secretArn, managing.secretArn]);
    }
    allow(role, ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], ['*']);
  }
}

const allow = (role: IRole, actions: string[], resources: string[]): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
};
