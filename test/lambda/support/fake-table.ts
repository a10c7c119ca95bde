import type { Plain, PlainItem } from '../../../lambda/shared/aws/attribute-value.ts';
import {
  type Condition,
  type DynamoDb,
  MOST_ITEMS_AT_ONCE,
  type Written,
} from '../../../lambda/shared/aws/dynamodb.ts';
import { DUE_INDEX, LISTED_AS, MESSAGE_INDEXES, SENT_INDEX } from '../../../lambda/shared/contract.ts';
import { holds, type Item, refuseReserved, refuseUnused, updated } from './expressions.ts';

/**
 * Runs around each call to the outside: faults and schedules hook in here.
 *
 * `apply` does what the call does, at once. `about`: the item's key in the table, the credential at the provider.
 */
export type Around = <T>(operation: string, apply: () => T, about?: string) => Promise<T>;

export interface FakeTable extends DynamoDb {
  readonly items: Map<string, Item>;
}

/** A table in memory that evaluates the real conditions; each write is atomic, as in DynamoDB. */
export const createFakeTable = (around: Around = (_operation, apply) => Promise.resolve(apply())): FakeTable => {
  const items = new Map<string, Item>();

  const write = (pk: string, only: Condition | undefined, update: string, change: (old?: Item) => Item | undefined) => {
    const expressions = `${update} ${only?.condition ?? ''}`;
    refuseUnused(expressions, only ?? {});
    refuseReserved(expressions);
    const old = items.get(pk);
    if (only && !holds(old, only.condition, only)) return { kind: 'condition-failed', item: old } as Written;
    const next = change(old);
    if (next !== undefined) refuseNoKey(next);
    if (next === undefined) items.delete(pk);
    else items.set(pk, next);
    const isChanged = ([name, value]: [string, Plain]): boolean => old?.[name] !== value;
    const changed =
      update === '' || next === undefined ? {} : Object.fromEntries(Object.entries(next).filter(isChanged));
    return { kind: 'written', changed } as Written;
  };

  return {
    items,
    getItem: (pk) => around('get', () => items.get(pk), pk),
    putItem: (item, only) => around('put', () => write(item.pk, only, '', () => stored(item)), item.pk),
    updateItem: (pk, update, only) =>
      around('update', () => write(pk, only, update, (old) => updated(old ?? { pk }, update, only)), pk),
    queryIndex: (index, most, keys, { backwards = false, after } = {}) =>
      around('query', () => {
        refuseUnused(keys.condition, keys);
        refuseReserved(keys.condition);
        const { partition, sort, holds: held = [] } = indexOf(index);
        if (after !== undefined && !holds(stored(after), keys.condition, keys))
          throw new Error('ValidationException: the starting key is outside the range');
        const order = (a: Item, b: Item) => compare([a[sort], a.pk], [b[sort], b.pk]) * (backwards ? -1 : 1);
        return [...items.values()]
          .filter((item) => partition in item && sort in item && holds(item, keys.condition, keys))
          .filter((item) => after === undefined || order(item, stored(after)) > 0)
          .sort(order)
          .slice(0, most)
          .map((item) => projected(item, ['pk', partition, sort, ...held]));
      }),
    getItems: (pks) =>
      around('get-many', () => {
        if (pks.length > MOST_ITEMS_AT_ONCE || new Set(pks).size < pks.length)
          throw new Error('ValidationException: too many keys, or one of them twice');
        return pks.flatMap((pk): Item[] => [items.get(pk)].filter((item) => item !== undefined));
      }),
    deleteItem: (pk, only) => around('delete', () => write(pk, only, '', () => undefined), pk),
  };
};

const projected = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));

/** A table's indexes with their two keys, and what they hold beside them. */
const INDEXES: readonly {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
  readonly type: string;
  readonly holds?: readonly string[];
}[] = [
  {
    name: SENT_INDEX.name,
    partition: SENT_INDEX.shard,
    sort: SENT_INDEX.at,
    type: 'number',
    holds: SENT_INDEX.holds,
  },
  { name: DUE_INDEX.name, partition: DUE_INDEX.shard, sort: DUE_INDEX.at, type: 'number' },
  ...Object.values(MESSAGE_INDEXES).map((index) => ({ ...index, sort: LISTED_AS, type: 'string' })),
];

const indexOf = (name: string) => {
  const index = INDEXES.find((each) => each.name === name);
  if (index === undefined) throw new Error(`ValidationException: the table has no index ${name}`);
  return index;
};

/** DynamoDB refuses an item whose attribute cannot be the key that an index makes of it. */
const refuseNoKey = (item: Item): void => {
  for (const { partition, sort, type } of INDEXES) {
    for (const [name, wanted] of [
      [partition, 'string'],
      [sort, type],
    ] as const) {
      if (name in item && (typeof item[name] !== wanted || item[name] === ''))
        throw new Error(`ValidationException: ${name} cannot be the key of an index`);
    }
  }
};

const compare = (a: readonly unknown[], b: readonly unknown[]): number => {
  const at = a.findIndex((value, i) => value !== b[i]);
  if (at < 0) return 0;
  return (a[at] as string) < (b[at] as string) ? -1 : 1;
};

const stored = (item: PlainItem): Item =>
  Object.fromEntries(Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
