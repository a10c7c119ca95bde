import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { PRICE_LIST_KEY, type PriceList, type PriceListStore } from './price-list.ts';

/** {@link PriceListStore} in the ledger's table. */
export const createPriceListStore = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): PriceListStore => ({
  // The item is written here alone, so it has the shape it was written with.
  read: async () => (await table.getItem(PRICE_LIST_KEY)) as unknown as PriceList | undefined,
  write: async (list) => {
    await table.putItem({ ...(list as unknown as Readonly<Record<string, Plain>>), pk: PRICE_LIST_KEY });
  },
});
