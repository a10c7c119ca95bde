import { type AttributeValue, fromAttributes, toAttributes } from '../../../lambda/shared/aws/attribute-value.ts';
import type { Condition, Written } from '../../../lambda/shared/aws/dynamodb.ts';
import type { HttpResult } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import type { MemorySecret } from '../rotate-key/support/memory-secret.ts';
import type { FakeTable } from '../support/fake-table.ts';

type Input = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, AttributeValue>>;

export const answered = (status: number, document: object): HttpResult => ({
  kind: 'response',
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(document),
});

const refused = (type: string, more: object = {}): HttpResult =>
  answered(400, { __type: `com.amazonaws#${type}`, message: 'refused', ...more });

const conditionOf = (input: Input): Condition => ({
  condition: (input.ConditionExpression ?? input.KeyConditionExpression) as string,
  ...(input.ExpressionAttributeNames ? { names: input.ExpressionAttributeNames as Record<string, string> } : {}),
  ...(input.ExpressionAttributeValues ? { values: fromAttributes(input.ExpressionAttributeValues as Attributes) } : {}),
});

const written = (result: Written): HttpResult =>
  result.kind === 'written'
    ? answered(200, { Attributes: toAttributes(result.changed) })
    : refused('ConditionalCheckFailedException', result.item ? { Item: toAttributes(result.item) } : {});

/** DynamoDB's own interface to a table in memory. */
export const answerDynamoDb = async (table: FakeTable, operation: string, input: Input): Promise<HttpResult> => {
  const only = input.ConditionExpression === undefined ? undefined : conditionOf(input);
  const pk = (input.Key as { pk: { S: string } } | undefined)?.pk.S ?? '';
  switch (operation) {
    case 'GetItem': {
      const item = await table.getItem(pk);
      return answered(200, item === undefined ? {} : { Item: toAttributes(item) });
    }
    case 'PutItem':
      return written(await table.putItem(fromAttributes(input.Item as Attributes) as { pk: string }, only));
    case 'UpdateItem':
      return written(await table.updateItem(pk, input.UpdateExpression as string, only!));
    case 'DeleteItem':
      return written(await table.deleteItem(pk, only));
    case 'Query': {
      const after = input.ExclusiveStartKey as Attributes | undefined;
      const page = { backwards: input.ScanIndexForward === false, ...(after && { after: fromAttributes(after) }) };
      const [index, most] = [input.IndexName as string, input.Limit as number];
      const items = await table.queryIndex(index, most, conditionOf(input), page);
      return answered(200, { Items: items.map(toAttributes) });
    }
    case 'BatchGetItem': {
      const [[name, { Keys }]] = Object.entries(input.RequestItems as object) as [
        [string, { Keys: { pk: { S: string } }[] }],
      ];
      const items = await table.getItems(Keys.map(({ pk: { S } }) => S));
      return answered(200, { Responses: { [name]: items.map(toAttributes) } });
    }
    default:
      throw new Error(`the table does not know ${operation}`);
  }
};

/** What Lambda's own interface keeps of functions: their concurrency, and what calls them. */
export const createLambda = () => {
  const concurrency = new Map<string, number | undefined>();
  const sources = new Map<string, boolean>();
  return (method: string, path: string, body: string): HttpResult => {
    const input = body === '' ? {} : (JSON.parse(body) as { ReservedConcurrentExecutions?: number; Enabled?: boolean });
    if (path.endsWith('/concurrency')) {
      if (method !== 'GET') concurrency.set(path, input.ReservedConcurrentExecutions);
      return answered(200, { ReservedConcurrentExecutions: concurrency.get(path) });
    }
    if (method === 'PUT') sources.set(path, input.Enabled ?? true);
    return answered(200, { State: (sources.get(path) ?? true) ? 'Enabled' : 'Disabled' });
  };
};

/** CloudWatch's own interface to figures that are always the same, and to an alarm that is raised. */
export const answerCloudWatch = ({ MetricDataQueries: queries = [] }: Input): object => ({
  MetricDataResults: (queries as { Id: string }[]).map(({ Id }) => ({ Id, Timestamps: [0], Values: [1] })),
  MetricAlarms: [{ AlarmName: 'keyroom-test-alerts-volume-ceiling', StateTransitionedTimestamp: 0 }],
});

/** Secrets Manager's own interface to a secret in memory. */
export const answerSecretsManager = async (
  secret: MemorySecret,
  operation: string,
  input: Input,
): Promise<HttpResult> => {
  const stage = input.VersionStage as string;
  const version = (name: string) => input[name] as string | undefined;
  const move = { ...(version('MoveToVersionId') && { to: version('MoveToVersionId')! }) };
  switch (operation) {
    case 'DescribeSecret': {
      const { rotationEnabled, versions } = await secret.describe();
      return answered(200, { RotationEnabled: rotationEnabled, VersionIdsToStages: versions });
    }
    case 'ListSecretVersionIds': {
      const { versions } = await secret.describe();
      const listed = Object.entries(versions).map(([VersionId, VersionStages]) => ({ VersionId, VersionStages }));
      return answered(200, { Versions: listed });
    }
    case 'GetSecretValue': {
      const found = await secret.get(stage, version('VersionId'));
      if (found === null) return refused('ResourceNotFoundException');
      const { value, versionId, createdAt } = found;
      return answered(200, { SecretString: value.reveal(), VersionId: versionId, CreatedDate: createdAt / 1000 });
    }
    case 'PutSecretValue': {
      const value = new SecretValue(input.SecretString as string);
      const put = await secret.put(version('ClientRequestToken')!, value, input.VersionStages as string[]);
      return put === 'stored' ? answered(200, {}) : refused('ResourceExistsException');
    }
    case 'UpdateSecretVersionStage': {
      const from = version('RemoveFromVersionId');
      const moved = await secret.moveStage(stage, { ...move, ...(from && { from }) });
      return moved === 'moved' ? answered(200, {}) : refused('InvalidParameterException');
    }
    case 'TagResource':
    case 'UntagResource':
      return answered(200, {});
    case 'RotateSecret': {
      const started = await secret.startRotation(version('ClientRequestToken')!);
      return started === 'started' ? answered(200, {}) : refused('InvalidRequestException');
    }
    default:
      throw new Error(`the secret does not know ${operation}`);
  }
};
