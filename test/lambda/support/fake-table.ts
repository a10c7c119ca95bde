import type { Plain, PlainItem } from '../../../lambda/shared/aws/attribute-value.ts';
import type { Condition, DynamoDb, Written } from '../../../lambda/shared/aws/dynamodb.ts';
import { holds, type Item, refuseReserved, refuseUnused, updated } from './expressions.ts';

/** Runs around each call on the table: faults and schedules hook in here. `apply` does what the call does, at once. */
export type Around = <T>(operation: string, apply: () => T, pk?: string) => Promise<T>;

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
    queryIndex: (_index, most, keys) =>
      around('query', () => {
        refuseUnused(keys.condition, keys);
        refuseReserved(keys.condition);
        const found = [...items.values()].filter((item) => 'dueAt' in item && holds(item, keys.condition, keys));
        return found.sort((a, b) => Number(a.dueAt) - Number(b.dueAt)).slice(0, most);
      }),
    deleteItem: (pk, only) => around('delete', () => write(pk, only, '', () => undefined), pk),
  };
};

const stored = (item: PlainItem): Item =>
  Object.fromEntries(Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
