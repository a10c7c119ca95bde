import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createHandler } from '../../../lambda/send/handler.ts';
import { createPorts } from '../../../lambda/send/real-ports.ts';
import { ROOM_POLICY_FILE } from '../../../lambda/shared/contract.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { CONTEXT, doorEvent } from '../support/door.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { outputOf } from '../support/output.ts';
import { ROOM, SMS } from '../support/room.ts';

const KEY = 'CANARYkey7d41f0a9c3e8b2';
const NUMBER = '+971509417263';
const TEXT = 'canarytext 8f3b61 for you';
const BODY = { ...SMS, to: NUMBER, text: TEXT, reference: 'r' };

/** The ways a value usually travels. */
const formsOf = (value: string): string[] => [
  value,
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  ...['', ' ', '  '].map((shift) =>
    Buffer.from(shift + value)
      .toString('base64')
      .slice(4, -4),
  ),
];
const leaksIn = (output: string): string[] =>
  Object.entries({ key: KEY, number: NUMBER, digits: NUMBER.slice(1), text: TEXT })
    .filter(([, value]) => formsOf(value).some((form) => output.includes(form)))
    .map(([name]) => name);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyroom-leaks-'));
});
afterAll(() => rm(directory, { recursive: true }));

const response = (status: number, body: string): HttpResult => ({ kind: 'response', status, headers: {}, body });
const conditionFailed = response(400, '{"__type":"x#ConditionalCheckFailedException"}');
type Answer = HttpResult | Error;

/** Everything real but the transport: AWS answers as told, and the provider repeats the whole request in its answer. */
const run = async (
  provider: string,
  answers: { provider: Answer; dynamodb?: Answer; secret?: Answer },
  event = doorEvent({ body: JSON.stringify(BODY) }),
) => {
  await writeFile(join(directory, ROOM_POLICY_FILE), JSON.stringify({ ...ROOM, provider }));
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'aws-secret',
    LAMBDA_TASK_ROOT: directory,
    LEDGER_TABLE: 'ledger',
    SENDING_SECRET_ARN: 'arn:sending',
    PEPPER_SECRET_ARN: 'arn:pepper',
    OTP_QUEUE_URL: 'https://sqs/otp',
    QUEUE_URL: 'https://sqs/rest',
    KEY_CACHE_SECONDS: '300',
    KEY_GRACE_SECONDS: '900',
  };
  let reached = false;
  let stored = '';
  const credential = JSON.stringify({
    token: KEY,
    apiKey: KEY,
    apiKeyId: 'id',
  });
  const secret = response(200, JSON.stringify({ SecretString: credential, VersionId: 'v1', CreatedDate: 1 }));
  const http = (request: HttpRequest): Promise<HttpResult> => {
    const target = request.headers['x-amz-target'] ?? '';
    let answer: Answer;
    if (!target.startsWith('secretsmanager') && target !== '') stored += request.body ?? '';
    if (target.startsWith('DynamoDB')) answer = answers.dynamodb ?? response(200, '{}');
    else if (target.startsWith('AmazonSQS')) answer = response(200, '{}');
    else if (target.startsWith('secretsmanager')) answer = answers.secret ?? secret;
    else {
      reached = true;
      const echo = JSON.stringify(request);
      answer = answers.provider;
      if (!(answer instanceof Error) && answer.kind === 'response')
        answer = { ...answer, body: answer.body.replace('ECHO', echo.slice(1, -1).replaceAll('"', "'")) };
    }
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  let answer = '';
  const output = await outputOf(async () => {
    const ports = createPorts(environment, http, createFakeClock());
    answer = (await createHandler(() => ports)(event, CONTEXT)).body;
  });
  return { output, answer, reached, stored };
};

const bug = Object.assign(new Error(`${KEY} ${NUMBER} ${TEXT}`), { config: { headers: KEY }, code: KEY });
const PROVIDER: Record<string, Answer> = {
  'takes it': response(
    200,
    '{"request_id":"r1","messages":[{"messageId":"m1","status":{"groupId":1,"groupName":"PENDING"}}],"x":"ECHO"}',
  ),
  'refuses it': response(
    400,
    '{"detail":{"message":"ECHO","code":"ECHO"},"requestError":{"serviceException":{"text":"ECHO","messageId":"BAD_REQUEST"}}}',
  ),
  'refuses it oddly': response(422, '{"detail":[{"msg":"ECHO","loc":["ECHO"]}]}'),
  'refuses the key': response(401, '{"detail":"ECHO"}'),
  'refuses the address': response(403, '{"detail":"ip address ECHO"}'),
  'is busy': response(429, 'ECHO'),
  'is broken': response(500, 'ECHO'),
  'answers no JSON': response(200, 'ECHO'),
  'is silent': { kind: 'no-answer', cause: 'timeout' },
  'is away': { kind: 'not-written', cause: 'connect-refused' },
  'has a bug': bug,
};

describe('what send writes to its logs, its metrics, the ledger and the queue', () => {
  test.each(['d7', 'infobip'].flatMap((provider) => Object.keys(PROVIDER).map((what) => [provider, what] as const)))(
    'holds no key, number or text when %s %s',
    async (provider, what) => {
      const { output, answer, reached, stored } = await run(provider, { provider: PROVIDER[what]! });
      expect(reached).toBe(true);
      expect(output).toContain('"_aws"');
      expect(leaksIn(output)).toEqual([]);
      expect(leaksIn(answer)).toEqual([]);
      expect(stored).toContain('"pk"');
      expect(leaksIn(stored)).toEqual([]);
    },
  );

  test.each([
    ['the ledger throws', { dynamodb: bug }],
    ['the ledger refuses', { dynamodb: response(400, '{"__type":"ValidationException","message":"m"}') }],
    ['a condition fails without an item', { dynamodb: conditionFailed }],
    ['the secret is denied', { secret: response(400, `{"__type":"AccessDeniedException","message":"${KEY}"}`) }],
    ['reading the secret throws', { secret: bug }],
    ['the secret is no credential', { secret: response(200, JSON.stringify({ SecretString: KEY, VersionId: 'v1' })) }],
  ])('holds none when %s', async (_what, answers) => {
    const { output, answer } = await run('d7', { provider: bug, ...answers });
    expect(leaksIn(output)).toEqual([]);
    expect(leaksIn(answer)).toEqual([]);
  });

  test.each([
    ['an invalid field', JSON.stringify({ ...BODY, [NUMBER]: TEXT, channel: KEY })],
    ['a number that cannot be', JSON.stringify({ ...BODY, to: `${NUMBER}999999` })],
    ['a sender that is not granted', JSON.stringify({ ...BODY, from: TEXT })],
    ['no JSON', TEXT + NUMBER],
  ])('holds none when the request has %s', async (_what, body) => {
    const { output, answer } = await run('d7', { provider: bug }, doorEvent({ body }));
    expect(leaksIn(output)).toEqual([]);
    expect(leaksIn(answer)).toEqual([]);
  });

  test('would be found: a planted leak is', async () => {
    const output = await outputOf(() => {
      process.stdout.write(`{"a":"${Buffer.from(`x${KEY}`).toString('base64')}"}`);
      process.stderr.write(NUMBER);
      process.stdout.write(Buffer.from(TEXT).toString('hex'));
    });
    expect(leaksIn(output)).toEqual(['key', 'number', 'digits', 'text']);
  });
});
