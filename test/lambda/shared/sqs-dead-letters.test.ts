import { createSqsDeadLetters } from '../../../lambda/shared/aws/sqs-dead-letters.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const lettersWith = (body: string, status = 200) => {
  const requests: HttpRequest[] = [];
  const answer: HttpResult = { kind: 'response', status, headers: {}, body };
  const letters = createSqsDeadLetters({
    environment: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' },
    http: (request) => Promise.resolve((requests.push(request), answer)),
    clock: createFakeClock(),
    queueUrl: 'https://sqs/dead',
  });
  const asked = () =>
    requests.map(({ headers, body: sent }) => [
      headers['x-amz-target'],
      JSON.parse(sent ?? '') as Record<string, unknown>,
    ]);
  return { letters, asked };
};
const LETTER = { id: 'm-1', receipt: 'r-1', body: '{}' };

describe('dead letters in SQS', () => {
  test('receives a few, polling long, and hides them for longer than the function runs', async () => {
    const { letters, asked } = lettersWith('{"Messages":[{"MessageId":"m-1","ReceiptHandle":"r-1","Body":"{}"}]}');
    expect(await letters.receive()).toEqual([LETTER]);
    expect(asked()).toEqual([
      [
        'AmazonSQS.ReceiveMessage',
        { QueueUrl: 'https://sqs/dead', MaxNumberOfMessages: 10, VisibilityTimeout: 120, WaitTimeSeconds: 1 },
      ],
    ]);
  });

  test('an empty queue answers without a list', async () => {
    expect(await lettersWith('{}').letters.receive()).toEqual([]);
  });

  test('removes one, or lets others have it', async () => {
    const { letters, asked } = lettersWith('{}');
    await letters.remove(LETTER);
    await letters.release(LETTER);
    expect(asked()).toEqual([
      ['AmazonSQS.DeleteMessage', { QueueUrl: 'https://sqs/dead', ReceiptHandle: 'r-1' }],
      [
        'AmazonSQS.ChangeMessageVisibility',
        { QueueUrl: 'https://sqs/dead', ReceiptHandle: 'r-1', VisibilityTimeout: 0 },
      ],
    ]);
  });

  test('fails when SQS refuses', async () => {
    await expect(lettersWith('{"__type":"AccessDenied"}', 400).letters.receive()).rejects.toThrow();
  });
});
