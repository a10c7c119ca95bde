import type { Plain } from './aws/attribute-value.ts';
import { type DynamoDb, MOST_ITEMS_AT_ONCE } from './aws/dynamodb.ts';
import { appKey } from './ledger-units.ts';

/** Reads the apps' items, however many there are: by app, of those that are registered. @throws AwsError */
export const readAppItems = async (
  table: Pick<DynamoDb, 'getItems'>,
  apps: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, Plain>>>> => {
  const parts = Array.from({ length: Math.ceil(apps.length / MOST_ITEMS_AT_ONCE) }, (_, i) =>
    table.getItems(apps.slice(i * MOST_ITEMS_AT_ONCE, (i + 1) * MOST_ITEMS_AT_ONCE).map(appKey)),
  );
  const items = new Map((await Promise.all(parts)).flat().map((item) => [item.pk, item]));
  return new Map(
    apps.flatMap((app) => {
      const item = items.get(appKey(app));
      return item === undefined ? [] : [[app, item] as const];
    }),
  );
};
