import { type AwsCallOptions, createAwsCall } from './aws-call.ts';

export type SqsDepthOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'>;

/** Waiting, being worked on, and due later: what is in a queue, as SQS says, about. */
const COUNTED = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
];

/** How many messages a queue holds, without receiving any. @throws AwsError */
export const createSqsDepth = (options: SqsDepthOptions): ((queueUrl: string) => Promise<number>) => {
  const call = createAwsCall({ service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0', ...options });
  return async (queueUrl) => {
    const { Attributes = {} } = await call('GetQueueAttributes', { QueueUrl: queueUrl, AttributeNames: COUNTED });
    const attributes = Attributes as Readonly<Record<string, string | undefined>>;
    return COUNTED.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
  };
};
