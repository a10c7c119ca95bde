import { randomUUID } from 'node:crypto';
import { type AwsCall, createAwsCall } from '../../lambda/shared/aws/aws-call.ts';
import { sms } from '../../local/demo/messages.ts';
import { asAdministrator } from './support/administrator.ts';
import { importOnce } from './support/imported.ts';
import { openStage, post } from './support/stage.ts';

interface Event {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const WAIT_MS = 30_000;

describe('events of messages', () => {
  const stage = openStage();

  /** A team's own rule for its app's events, into a queue of its own. */
  const listenTo = async (app: string) => {
    const options = { ...(await asAdministrator(stage)), timeoutMs: 10_000 };
    const sqs = createAwsCall({ ...options, service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' });
    const events = createAwsCall({ ...options, service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' });
    const name = `events-${randomUUID()}`;
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: name });
    const { Attributes } = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    const { QueueArn } = Attributes as { QueueArn: string };
    const allow = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QueueArn,
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
    await sqs('SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } });
    const pattern = { source: ['keyroom'], 'detail-type': ['Message Status Changed'], detail: { app: [app] } };
    await events('PutRule', { Name: name, EventPattern: JSON.stringify(pattern) });
    await events('PutTargets', {
      Rule: name,
      Targets: [{ Id: 'queue', Arn: QueueArn }],
    });
    return (isLast: (event: Event) => boolean) => receive(sqs, QueueUrl, isLast);
  };

  const receive = async (sqs: AwsCall, QueueUrl: unknown, isLast: (event: Event) => boolean): Promise<Event[]> => {
    const received: Event[] = [];
    const end = Date.now() + WAIT_MS;
    while (!received.some(isLast) && Date.now() < end) {
      const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 });
      received.push(...(Messages as { Body: string }[]).map(({ Body }) => JSON.parse(Body) as Event));
    }
    return received;
  };

  beforeAll(() => importOnce(stage));

  test("an app's rule sees its message accepted, in declared fields and once", async () => {
    const receiveUntil = await listenTo('checkout');
    const other = await post(stage, ['notices', 'shipping'], sms());
    expect(other.status).toBe(202);
    const answer = await post(stage, ['otp', 'checkout'], { ...sms(), reference: 'order-1' });
    expect(answer.status).toBe(202);
    const { id, to } = answer.body as Record<string, string>;

    const received = await receiveUntil(({ detail }) => detail.id === id);
    const own = received.filter(({ detail }) => detail.id === id);
    expect(own).toEqual([
      expect.objectContaining({
        source: 'keyroom',
        'detail-type': 'Message Status Changed',
        detail: {
          eventId: expect.any(String) as unknown,
          id,
          app: 'checkout',
          room: 'otp',
          status: 'accepted',
          final: false,
          channel: 'sms',
          to,
          reference: 'order-1',
          reason: null,
          at: expect.any(String) as unknown,
          segments: 1,
          cost: expect.anything() as unknown,
        },
      }),
    ]);
    expect(received.filter(({ detail }) => detail.app !== 'checkout')).toEqual([]);
  });
});
