import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import type { AuditRequest, Cursor } from './request.ts';

/** Entries of a page: as many as one read of items takes. */
const MOST_ENTRIES = 100;
/** Parts of an index that one request looks into: most parts of a quiet room's day are empty. */
const MOST_SHARDS = 64;

/** An index of the ledger by time, and the parts of it that hold what is asked for. */
export interface Walked {
  readonly index: { readonly name: string; readonly shard: string; readonly at: string };
  readonly shards: readonly string[];
}

/** Keys of a page, and where it goes on. */
export interface Found {
  readonly pks: readonly string[];
  readonly next: Cursor | null;
}

/**
 * Goes through parts of an index, one after the other, and stops where a page is full or enough was looked into.
 *
 * Whatever the window and the table, a request reads and holds a page.
 */
export const walk = async (
  table: Pick<DynamoDb, 'queryIndex'>,
  { index, shards }: Walked,
  { from, until, cursor }: Pick<AuditRequest, 'from' | 'until' | 'cursor'>,
): Promise<Found> => {
  const pks: string[] = [];
  let { after } = cursor;
  const last = Math.min(shards.length, cursor.shard + MOST_SHARDS);
  for (let shard = cursor.shard; shard < last; shard++, after = null) {
    const value = shards[shard] ?? '';
    const most = MOST_ENTRIES - pks.length;
    const isInside = after !== null && after.at >= from && after.at < until;
    const found = await table.queryIndex(
      index.name,
      most,
      {
        condition: `${index.shard} = :shard AND ${index.at} BETWEEN :from AND :until`,
        values: { ':shard': value, ':from': from, ':until': until - 1 },
      },
      isInside && after ? { after: { pk: after.pk, [index.shard]: value, [index.at]: after.at } } : {},
    );
    pks.push(...found.map(({ pk }) => pk as string));
    const end = found.at(-1);
    if (found.length === most && end)
      return { pks, next: { shard, after: { pk: end.pk as string, at: end[index.at] as number } } };
  }
  return { pks, next: last < shards.length ? { shard: last, after: null } : null };
};
