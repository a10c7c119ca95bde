import type { RetryQueue } from '../retry-queue.ts';
import { type AwsCallOptions, createAwsCall } from './aws-call.ts';
import { isAwsError } from './aws-error.ts';

export type SqsRetryQueueOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'> & {
  /** For one-time codes. */
  readonly otpQueueUrl: string;
  /** For everything else. */
  readonly queueUrl: string;
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MOST_DELAY_SECONDS = 900;

/** {@link RetryQueue} in two SQS queues. An appointment further ahead comes back early and is then made again. */
export const createSqsRetryQueue = ({ otpQueueUrl, queueUrl, ...options }: SqsRetryQueueOptions): RetryQueue => {
  const call = createAwsCall({ service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0', ...options });
  return {
    add: async ({ id, at }, category) => {
      const seconds = Math.ceil((at - options.clock.now()) / 1000);
      try {
        await call('SendMessage', {
          QueueUrl: category === 'otp' ? otpQueueUrl : queueUrl,
          MessageBody: JSON.stringify({ id, at }),
          DelaySeconds: Math.min(Math.max(seconds, 0), MOST_DELAY_SECONDS),
        });
        return true;
      } catch (error: unknown) {
        if (isAwsError(error)) return false;
        throw error;
      }
    },
  };
};
