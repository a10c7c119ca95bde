import { AwsError } from '../../../lambda/shared/aws/aws-error.ts';
import { createDynamoDb } from '../../../lambda/shared/aws/dynamodb.ts';
import { createSecretStore } from '../../../lambda/shared/aws/secrets-manager.ts';
import { ConfigurationError } from '../../../lambda/shared/errors.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const ENVIRONMENT = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
const ok = (body: object): HttpResult => ({ kind: 'response', status: 200, headers: {}, body: JSON.stringify(body) });
const refused = (status: number, body: object): HttpResult => ({
  ...(ok(body) as object as { kind: 'response'; headers: Record<string, string>; body: string }),
  status,
});

const setUp = (answer: HttpResult, environment: Record<string, string> = { ...ENVIRONMENT }) => {
  const requests: HttpRequest[] = [];
  const http = (request: HttpRequest) => {
    requests.push(request);
    return Promise.resolve(answer);
  };
  const options = { environment, http, clock: createFakeClock() };
  return {
    requests,
    environment,
    table: createDynamoDb({ ...options, tableName: 'ledger' }),
    secret: createSecretStore({ ...options, secretArn: 'arn:secret' }),
  };
};
const sentBody = (request: HttpRequest | undefined) => JSON.parse(request?.body ?? '') as unknown;

describe('calls to AWS', () => {
  test('are signed by Signature Version 4, for the service and the Region', async () => {
    const { table, requests } = setUp(ok({}));
    await table.putItem({ pk: 'a' });
    const [request] = requests;
    expect(request?.url.toString()).toBe('https://dynamodb.eu-central-1.amazonaws.com/');
    expect(request?.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      'x-amz-date': '20261124T120000Z',
      'content-type': 'application/x-amz-json-1.0',
    });
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261124\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
    );
  });

  test('go to the given endpoint, with the credentials of the moment', async () => {
    const { table, requests, environment } = setUp(ok({}));
    environment.AWS_ENDPOINT_URL = 'https://127.0.0.1:4566';
    await table.getItem('a');
    environment.AWS_SESSION_TOKEN = 'token';
    environment.AWS_ACCESS_KEY_ID = 'AKIDSECOND';
    await table.getItem('a');
    expect(requests[1]?.url.toString()).toBe('https://127.0.0.1:4566/');
    expect(requests[1]?.headers).toMatchObject({ host: '127.0.0.1:4566', 'x-amz-security-token': 'token' });
    expect(requests[1]?.headers.authorization).toContain('AKIDSECOND');
    expect(requests[0]?.headers).not.toHaveProperty('x-amz-security-token');
  });

  test('fail clearly without credentials', async () => {
    const { table, environment } = setUp(ok({}));
    delete environment.AWS_SECRET_ACCESS_KEY;
    await expect(table.getItem('a')).rejects.toThrow(ConfigurationError);
  });

  test.each([
    [
      'a definite refusal',
      refused(400, { __type: 'com.amazonaws#ValidationException', message: 'm' }),
      'ValidationException',
      'none',
      false,
    ],
    [
      'throttling',
      refused(400, { __type: 'x#ProvisionedThroughputExceededException' }),
      'ProvisionedThroughputExceededException',
      'none',
      true,
    ],
    ['a server error', refused(500, { __type: 'x#InternalServerError' }), 'InternalServerError', 'unknown', true],
    ['a name that is none', refused(400, { __type: 'x#Bearer K3y 4711' }), 'status-400', 'unknown', true],
    [
      'an answer that is not AWS’s',
      { kind: 'response', status: 403, headers: {}, body: '<html>' },
      'status-403',
      'unknown',
      true,
    ],
    ['a 200 that is no JSON', { kind: 'response', status: 200, headers: {}, body: '' }, 'status-200', 'unknown', true],
    ['a connection never made', { kind: 'not-written', cause: 'dns-failure' }, 'dns-failure', 'none', true],
    ['a lost answer', { kind: 'no-answer', cause: 'timeout' }, 'timeout', 'unknown', true],
  ] as const)('after %s say whether anything happened', async (_what, answer, code, effect, retryable) => {
    const { table } = setUp(answer);
    const failure: unknown = await table.putItem({ pk: 'a' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AwsError);
    expect(failure).toMatchObject({ code, effect, retryable, message: `PutItem failed: ${code}` });
  });
});

describe('createDynamoDb', () => {
  const item = { pk: 'a', text: 't', number: 1.5, yes: true, nothing: null, list: [1, 'x'], map: { deep: false } };
  const attributes = {
    pk: { S: 'a' },
    text: { S: 't' },
    number: { N: '1.5' },
    yes: { BOOL: true },
    nothing: { NULL: true },
    list: { L: [{ N: '1' }, { S: 'x' }] },
    map: { M: { deep: { BOOL: false } } },
  };

  test('writes plain values and reads them back', async () => {
    const { table, requests } = setUp(ok({ Item: attributes }));
    await table.putItem({ ...item, absent: undefined });
    expect(sentBody(requests[0])).toEqual({ TableName: 'ledger', Item: attributes });
    expect(await table.getItem('a')).toEqual(item);
    expect(sentBody(requests[1])).toEqual({ TableName: 'ledger', Key: { pk: { S: 'a' } }, ConsistentRead: true });
  });

  test('sends a condition with its names and values, and asks for what it changed and for the item it failed on', async () => {
    const { table, requests } = setUp(ok({ Attributes: { b: { S: 'x' } } }));
    const only = { condition: '#a = :a', names: { '#a': 'attempt' }, values: { ':a': 'x' } };
    expect(await table.updateItem('a', 'SET b = :a', only)).toEqual({ kind: 'written', changed: { b: 'x' } });
    expect(sentBody(requests[0])).toEqual({
      TableName: 'ledger',
      Key: { pk: { S: 'a' } },
      UpdateExpression: 'SET b = :a',
      ReturnValues: 'UPDATED_NEW',
      ConditionExpression: '#a = :a',
      ExpressionAttributeNames: { '#a': 'attempt' },
      ExpressionAttributeValues: { ':a': { S: 'x' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  test('gives the item a condition failed on, or says that there was none', async () => {
    const failed = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' };
    const only = { condition: 'attribute_exists(pk)' };
    const withItem = setUp(refused(400, { ...failed, Item: attributes }));
    expect(await withItem.table.deleteItem('a', only)).toEqual({ kind: 'condition-failed', item });
    for (const none of [{}, { Item: {} }]) {
      const without = setUp(refused(400, { ...failed, ...none }));
      expect(await without.table.deleteItem('a', only)).toEqual({ kind: 'condition-failed', item: undefined });
    }
  });
});

describe('createSecretStore', () => {
  test('names the stage and gives a value that cannot be printed', async () => {
    const { secret, requests } = setUp(ok({ SecretString: 'the-key', VersionId: 'v1', CreatedDate: 1_700_000_000.5 }));
    const read = await secret.read('AWSPREVIOUS');
    expect(sentBody(requests[0])).toEqual({ SecretId: 'arn:secret', VersionStage: 'AWSPREVIOUS' });
    expect(requests[0]?.headers['x-amz-target']).toBe('secretsmanager.GetSecretValue');
    expect(read).toMatchObject({ kind: 'value', versionId: 'v1', createdAt: 1_700_000_000_500 });
    expect(JSON.stringify(read)).not.toContain('the-key');
    expect(read.kind === 'value' && read.value.reveal()).toBe('the-key');
  });

  test.each([
    ['absent', refused(400, { __type: 'ResourceNotFoundException' })],
    ['absent', ok({ VersionId: 'v1' })],
    ['absent', ok({ VersionId: 'v1', SecretString: '' })],
    // The mark of nothing: the version that comes before the first key.
    ['absent', ok({ VersionId: 'v1', SecretString: '{}' })],
    ['denied', refused(400, { __type: 'AccessDeniedException' })],
    ['unavailable', refused(400, { __type: 'ThrottlingException' })],
    ['unavailable', refused(500, { __type: 'InternalServiceError' })],
    ['unavailable', { kind: 'no-answer', cause: 'timeout' }],
  ] as const)('says %s', async (kind, answer) => {
    expect(await setUp(answer).secret.read('AWSCURRENT')).toEqual({ kind });
  });
});
