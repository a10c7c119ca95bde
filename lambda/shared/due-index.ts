import type { DynamoDb } from './aws/dynamodb.ts';
import { DUE_INDEX } from './contract.ts';

/** Messages that somebody has to look at although nothing happened to them. */
export interface DueIndex {
  /**
   * Ids of messages that are due, the oldest of each part of the index, and since when the most overdue one is.
   *
   * The index follows the table after a moment: whoever acts on an id has to look at the record.
   *
   * @throws AwsError
   */
  due(now: number): Promise<{ readonly ids: readonly string[]; readonly since: number }>;
}

/** Parts of the index: one alone takes 1000 writes a second. */
const SHARDS = 8;
/** Of each part at once: what is left is due next time. */
const MOST_OF_A_SHARD = 100;

/** Ids are evenly spread already, so their last character is as good as a hash. */
export const dueShardOf = (id: string): string => shard(id.charCodeAt(id.length - 1) % SHARDS);

const shard = (number: number): string => `due#${number}`;

/** {@link DueIndex} in the ledger's table. */
export const createDueIndex = (table: DynamoDb): DueIndex => ({
  due: async (now) => {
    const found = await Promise.all(
      Array.from({ length: SHARDS }, (_, number) =>
        table.queryIndex(DUE_INDEX.name, MOST_OF_A_SHARD, {
          condition: `${DUE_INDEX.shard} = :shard AND ${DUE_INDEX.at} <= :now`,
          values: { ':shard': shard(number), ':now': now },
        }),
      ),
    );
    const items = found.flat();
    return {
      ids: items.flatMap(({ pk }) => (typeof pk === 'string' ? [pk.replace(/^message#/, '')] : [])),
      since: Math.min(now, ...items.map(({ dueAt }) => Number(dueAt))),
    };
  },
});
