import { createSqsRetryQueue } from '../../../lambda/shared/aws/sqs-retry-queue.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const queueWith = (answer: HttpResult) => {
  const requests: HttpRequest[] = [];
  const clock = createFakeClock();
  const queue = createSqsRetryQueue({
    environment: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' },
    http: (request) => Promise.resolve((requests.push(request), answer)),
    clock,
    otpQueueUrl: 'https://sqs/otp',
    queueUrl: 'https://sqs/rest',
  });
  const sent = () => requests.map(({ body }) => JSON.parse(body ?? '') as Record<string, unknown>);
  return { queue, clock, requests, sent };
};
const OK: HttpResult = { kind: 'response', status: 200, headers: {}, body: '{"MessageId":"1"}' };

describe('the retry queue in SQS', () => {
  test('signs a SendMessage that holds the id and the moment, delayed until then', async () => {
    const { queue, clock, requests, sent } = queueWith(OK);
    expect(await queue.add({ id: 'msg_1', at: clock.now() + 1500 }, 'otp')).toBe(true);
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.SendMessage' } });
    expect(String(requests[0]?.url)).toBe('https://sqs.eu-central-1.amazonaws.com/');
    expect(sent()).toEqual([
      {
        QueueUrl: 'https://sqs/otp',
        MessageBody: JSON.stringify({ id: 'msg_1', at: clock.now() + 1500 }),
        DelaySeconds: 2,
      },
    ]);
  });

  test.each([
    [-5000, 0],
    [900_000, 900],
    [2 * 3600_000, 900],
  ])('an appointment in %d ms is delayed by %d s', async (inMs, DelaySeconds) => {
    const { queue, clock, sent } = queueWith(OK);
    await queue.add({ id: 'msg_1', at: clock.now() + inMs }, 'marketing');
    expect(sent()).toEqual([expect.objectContaining({ QueueUrl: 'https://sqs/rest', DelaySeconds })]);
  });

  test.each<HttpResult>([
    { kind: 'no-answer', cause: 'timeout' },
    { kind: 'not-written', cause: 'connect-refused' },
    { kind: 'response', status: 400, headers: {}, body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}' },
  ])('says when it is not known to be made: %j', async (answer) => {
    expect(await queueWith(answer).queue.add({ id: 'msg_1', at: 0 }, 'otp')).toBe(false);
  });
});
