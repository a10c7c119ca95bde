import { type AttributeValue, fromAttributes, type Plain, type PlainItem, toAttributes } from './attribute-value.ts';
import { type AwsCall, type AwsCallOptions, createAwsCall } from './aws-call.ts';
import { AwsError, isAwsError } from './aws-error.ts';

/** A condition and the names and values it speaks of. Names and values nobody uses are refused by DynamoDB. */
export interface Condition {
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: PlainItem;
}

/** What a conditional write came to: a failed condition is an answer, not an error. */
export type Written =
  | {
      readonly kind: 'written';
      /** What an update changed, as it is now; empty for every other write. */
      readonly changed: Readonly<Record<string, Plain>>;
    }
  | {
      readonly kind: 'condition-failed';
      /** The item as it was when the condition was checked; `undefined` when there was none. */
      readonly item: Readonly<Record<string, Plain>> | undefined;
    };

/** Which part of what an index has for a key, and from which end. */
export interface IndexPage {
  /** @default false - in the index's own order */
  readonly backwards?: boolean;
  /** The keys of the last item that was seen, the table's and the index's. @default - from the beginning */
  readonly after?: PlainItem;
}

/**
 * The item operations of one table whose partition key is `pk`, without a sort key.
 *
 * Every call is one attempt and throws AwsError, whose `effect` says whether the write may have happened.
 */
export interface DynamoDb {
  getItem(pk: string): Promise<Readonly<Record<string, Plain>> | undefined>;
  putItem(item: PlainItem & { readonly pk: string }, only?: Condition): Promise<Written>;
  updateItem(pk: string, update: string, only: Condition): Promise<Written>;
  deleteItem(pk: string, only?: Condition): Promise<Written>;
  /** The first items of an index in its own order, with what the index holds of them; the index may be a moment late. */
  queryIndex(
    index: string,
    most: number,
    keys: Condition,
    page?: IndexPage,
  ): Promise<readonly Readonly<Record<string, Plain>>[]>;
  /** The items that are there, in no order. @param pks at most {@link MOST_ITEMS_AT_ONCE}, each once */
  getItems(pks: readonly string[]): Promise<readonly Readonly<Record<string, Plain>>[]>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export const MOST_ITEMS_AT_ONCE = 100;
/** What DynamoDB left out of an answer, as it was busy, is asked for once more. */
const MOST_BATCHES = 2;

export type DynamoDbOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'> & {
  readonly tableName: string;
};

/** {@link DynamoDb} over signed HTTP: the SDK's client would make up most of a cold start. */
export const createDynamoDb = ({ tableName, ...options }: DynamoDbOptions): DynamoDb => {
  const call = createAwsCall({
    service: 'dynamodb',
    targetPrefix: 'DynamoDB_20120810',
    jsonVersion: '1.0',
    ...options,
  });
  const table = { TableName: tableName };
  return {
    getItem: async (pk) => {
      const { Item } = await call('GetItem', { ...table, Key: toAttributes({ pk }), ConsistentRead: true });
      return Item === undefined ? undefined : fromAttributes(Item as Record<string, AttributeValue>);
    },
    putItem: (item, only) => conditional(call, 'PutItem', { ...table, Item: toAttributes(item), ...conditionOf(only) }),
    updateItem: (pk, update, only) =>
      conditional(call, 'UpdateItem', {
        ...table,
        Key: toAttributes({ pk }),
        UpdateExpression: update,
        // Costs no further units. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
        ReturnValues: 'UPDATED_NEW',
        ...conditionOf(only),
      }),
    deleteItem: (pk, only) =>
      conditional(call, 'DeleteItem', { ...table, Key: toAttributes({ pk }), ...conditionOf(only) }),
    queryIndex: async (index, most, keys, { backwards = false, after } = {}) => {
      const { Items = [] } = await call('Query', {
        ...table,
        IndexName: index,
        Limit: most,
        ScanIndexForward: !backwards,
        ...(after && { ExclusiveStartKey: toAttributes(after) }),
        KeyConditionExpression: keys.condition,
        ...(keys.names ? { ExpressionAttributeNames: keys.names } : {}),
        ...(keys.values ? { ExpressionAttributeValues: toAttributes(keys.values) } : {}),
      });
      return (Items as Record<string, AttributeValue>[]).map(fromAttributes);
    },
    getItems: async (pks) => {
      const items: Record<string, AttributeValue>[] = [];
      let Keys: unknown[] = pks.map((pk) => toAttributes({ pk }));
      for (let batch = 0; Keys.length > 0 && batch < MOST_BATCHES; batch++) {
        const input = { RequestItems: { [tableName]: { Keys, ConsistentRead: true } } };
        const { Responses, UnprocessedKeys } = (await call('BatchGetItem', input)) as BatchGetAnswer;
        items.push(...(Responses?.[tableName] ?? []));
        Keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      if (Keys.length > 0) throw new AwsError('BatchGetItem', UNPROCESSED);
      return items.map(fromAttributes);
    },
  };
};

interface BatchGetAnswer {
  readonly Responses?: Readonly<Record<string, Record<string, AttributeValue>[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: unknown[] }>>;
}

const UNPROCESSED = {
  code: 'UnprocessedKeys',
  retryable: true,
  effect: 'none',
  status: undefined,
  details: {},
} as const;

const conditionOf = (only: Condition | undefined): object =>
  only === undefined
    ? {}
    : {
        ConditionExpression: only.condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...(only.names ? { ExpressionAttributeNames: only.names } : {}),
        ...(only.values ? { ExpressionAttributeValues: toAttributes(only.values) } : {}),
      };

const conditional = async (call: AwsCall, operation: string, input: object): Promise<Written> => {
  try {
    const { Attributes = {} } = await call(operation, input);
    return { kind: 'written', changed: fromAttributes(Attributes as Record<string, AttributeValue>) };
  } catch (error: unknown) {
    if (!isAwsError(error, 'ConditionalCheckFailedException')) throw error;
    const item = error.details.Item as Record<string, AttributeValue> | undefined;
    // DynamoDB answers with an empty item where there was none.
    const found = item !== undefined && Object.keys(item).length > 0;
    return { kind: 'condition-failed', item: found ? fromAttributes(item) : undefined };
  }
};
