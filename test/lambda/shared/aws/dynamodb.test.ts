import { createDynamoDb } from '../../../../lambda/shared/aws/dynamodb.ts';
import type { HttpRequest } from '../../../../lambda/shared/http.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ENVIRONMENT = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
const key = (pk: string) => ({ pk: { S: pk } });

/** A table that gives these answers in turn. */
const setUp = (...answers: readonly object[]) => {
  const asked: unknown[] = [];
  const left = [...answers];
  const http = ({ body }: HttpRequest) => {
    asked.push(JSON.parse(body ?? ''));
    return Promise.resolve({
      kind: 'response',
      status: 200,
      headers: {},
      body: JSON.stringify(left.shift() ?? {}),
    } as const);
  };
  return {
    asked,
    table: createDynamoDb({ environment: ENVIRONMENT, http, clock: createFakeClock(), tableName: 'ledger' }),
  };
};

describe('createDynamoDb', () => {
  test('reads many items as they are now, and asks once more for what was left out', async () => {
    const left = { ledger: { Keys: [key('b')] } };
    const { asked, table } = setUp(
      { Responses: { ledger: [key('a')] }, UnprocessedKeys: left },
      { Responses: { ledger: [key('b')] } },
    );
    expect(await table.getItems(['a', 'b', 'gone'])).toEqual([{ pk: 'a' }, { pk: 'b' }]);
    const request = (keys: object[]) => ({ RequestItems: { ledger: { Keys: keys, ConsistentRead: true } } });
    expect(asked).toEqual([request([key('a'), key('b'), key('gone')]), request([key('b')])]);
  });

  test('fails when items are left out again: a list without them would be wrong', async () => {
    const busy = { UnprocessedKeys: { ledger: { Keys: [key('a')] } } };
    const { asked, table } = setUp(busy, busy);
    await expect(table.getItems(['a'])).rejects.toMatchObject({ code: 'UnprocessedKeys', retryable: true });
    expect(asked).toHaveLength(2);
  });

  test('asks for nothing where nothing is wanted, which DynamoDB would refuse', async () => {
    const { asked, table } = setUp();
    expect([await table.getItems([]), asked]).toEqual([[], []]);
  });

  test('asks an index from either end, from behind an item on', async () => {
    const { asked, table } = setUp();
    const keys = { condition: 'app = :app', values: { ':app': 'shop' } };
    await table.queryIndex('by-app', 3, keys);
    await table.queryIndex('by-app', 3, keys, { backwards: true, after: { pk: 'a', app: 'shop' } });
    expect(asked).toMatchObject([
      { IndexName: 'by-app', Limit: 3, ScanIndexForward: true },
      {
        IndexName: 'by-app',
        Limit: 3,
        ScanIndexForward: false,
        ExclusiveStartKey: { pk: { S: 'a' }, app: { S: 'shop' } },
      },
    ]);
    expect(asked[0]).not.toHaveProperty('ExclusiveStartKey');
  });
});
