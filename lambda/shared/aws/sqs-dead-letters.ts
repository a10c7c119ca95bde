import type { DeadLetter, DeadLetters } from '../dead-letters.ts';
import { type AwsCallOptions, createAwsCall } from './aws-call.ts';

export type SqsDeadLettersOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'> & {
  readonly queueUrl: string;
};

/** The most that SQS gives at once. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const AT_ONCE = 10;
/** Longer than the function that works on them may run. */
const HIDDEN_SECONDS = 120;
/** A short poll asks some of SQS's servers only, and may find nothing where there is something. */
const WAIT_SECONDS = 1;

interface SqsMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
}

/** {@link DeadLetters} in an SQS queue. */
export const createSqsDeadLetters = ({ queueUrl, ...options }: SqsDeadLettersOptions): DeadLetters => {
  const call = createAwsCall({ service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0', ...options });
  const queue = { QueueUrl: queueUrl };
  return {
    receive: async () => {
      const { Messages = [] } = await call('ReceiveMessage', {
        ...queue,
        MaxNumberOfMessages: AT_ONCE,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
      });
      return (Messages as SqsMessage[]).map(({ MessageId, ReceiptHandle, Body }): DeadLetter => ({
        id: MessageId,
        receipt: ReceiptHandle,
        body: Body,
      }));
    },
    remove: async ({ receipt }) => {
      await call('DeleteMessage', { ...queue, ReceiptHandle: receipt });
    },
    release: async ({ receipt }) => {
      await call('ChangeMessageVisibility', { ...queue, ReceiptHandle: receipt, VisibilityTimeout: 0 });
    },
  };
};
