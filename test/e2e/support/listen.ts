import { randomUUID } from 'node:crypto';
import { type AwsCall, createAwsCall } from '../../../lambda/shared/aws/aws-call.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { asAdministrator } from './administrator.ts';

/** An event as a team receives it. */
export interface RoomEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a rule lets through, beside the room's source. */
type Pattern = Readonly<Record<'detail-type', readonly string[]> & { detail: object }>;

const ofApp = (app: string): Pattern => ({ 'detail-type': ['Message Status Changed'], detail: { app: [app] } });

/**
 * A team's own rule, for its app's events or others, into a queue of its own.
 *
 * @returns what is received until an event is the last one that matters, or half a minute has passed
 */
export const listenTo = async (
  stage: Stage,
  what: string | Pattern,
): Promise<(isLast: (event: RoomEvent) => boolean) => Promise<RoomEvent[]>> => {
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
  const pattern = { source: ['keyroom'], ...(typeof what === 'string' ? ofApp(what) : what) };
  await events('PutRule', { Name: name, EventPattern: JSON.stringify(pattern) });
  await events('PutTargets', { Rule: name, Targets: [{ Id: 'queue', Arn: QueueArn }] });
  return (isLast) => receive(sqs, QueueUrl, isLast);
};

const WAIT_MS = 30_000;

const receive = async (
  sqs: AwsCall,
  QueueUrl: unknown,
  isLast: (event: RoomEvent) => boolean,
): Promise<RoomEvent[]> => {
  const received: RoomEvent[] = [];
  const end = Date.now() + WAIT_MS;
  while (!received.some(isLast) && Date.now() < end) {
    const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 });
    received.push(...(Messages as { Body: string }[]).map(({ Body }) => JSON.parse(Body) as RoomEvent));
  }
  return received;
};
