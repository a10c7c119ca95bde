import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';

import { AwsError } from './aws-error.ts';

/** How many subscriptions of a topic are confirmed, and how many wait for that; never whose. @throws AwsError */
export const readSubscriptions = async (
  client: Pick<SNSClient, 'send'>,
  topicArn: string,
): Promise<{ readonly confirmed: number; readonly pending: number }> => {
  const { Attributes = {} } = await client
    .send(new GetTopicAttributesCommand({ TopicArn: topicArn }))
    .catch((error: unknown) => {
      const code = error instanceof Error && /^[A-Z][A-Za-z]{2,60}$/.test(error.name) ? error.name : 'failed';
      const nothing = { retryable: true, effect: 'none', status: undefined, details: {} } as const;
      throw new AwsError('GetTopicAttributes', { ...nothing, code });
    });
  return {
    confirmed: Number(Attributes.SubscriptionsConfirmed ?? 0),
    pending: Number(Attributes.SubscriptionsPending ?? 0),
  };
};
