import type { Plain, PlainItem } from '../../../../lambda/shared/aws/attribute-value.ts';
import type { Condition, DynamoDb } from '../../../../lambda/shared/aws/dynamodb.ts';

export type MemoryTable = Pick<DynamoDb, 'getItem' | 'putItem'> & {
  readonly items: Map<string, Readonly<Record<string, Plain>>>;
};

/** The two conditions the rotation state uses; any other is refused, so that a new one cannot pass unseen. */
const holds = (item: Readonly<Record<string, Plain>> | undefined, only: Condition | undefined): boolean => {
  if (only === undefined) return true;
  if (only.condition === 'attribute_not_exists(pk)') return item === undefined;
  if (only.condition === 'revision = :revision') return item?.revision === only.values?.[':revision'];
  throw new Error(`the table in memory does not know the condition ${only.condition}`);
};

/** A table in memory, for conditional writes of whole items. */
export const createMemoryTable = (): MemoryTable => {
  const items = new Map<string, Readonly<Record<string, Plain>>>();
  return {
    items,
    getItem: (pk) => Promise.resolve(items.get(pk)),
    putItem: (item: PlainItem & { readonly pk: string }, only) => {
      const stored = items.get(item.pk);
      if (!holds(stored, only)) return Promise.resolve({ kind: 'condition-failed', item: stored });
      items.set(item.pk, item as Readonly<Record<string, Plain>>);
      return Promise.resolve({ kind: 'written', changed: {} });
    },
  };
};
