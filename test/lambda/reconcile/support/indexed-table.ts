import { SENT_INDEX } from '../../../../lambda/shared/contract.ts';
import type { Item } from '../../support/expressions.ts';
import { createFakeTable, type FakeTable } from '../../support/fake-table.ts';

/** A table in memory with the index of what was sent, which holds what the template lets it hold and nothing else. */
export const createIndexedTable = () => {
  const shards = new Map<string, Set<string>>();
  const shardOf = new Map<string, string>();
  const index = (pk: string): void => {
    const shard = table.items.get(pk)?.[SENT_INDEX.shard];
    const before = shardOf.get(pk);
    if (before !== undefined && before !== shard) shards.get(before)?.delete(pk);
    shardOf.delete(pk);
    if (typeof shard !== 'string') return;
    shardOf.set(pk, shard);
    shards.set(shard, (shards.get(shard) ?? new Set()).add(pk));
  };
  const table: FakeTable = createFakeTable((_operation, apply, pk) => {
    const result = apply();
    if (pk !== undefined) index(pk);
    return Promise.resolve(result);
  });
  const held: readonly string[] = ['pk', SENT_INDEX.shard, SENT_INDEX.at, ...SENT_INDEX.holds];
  const projected = (item: Item): Item =>
    Object.fromEntries(Object.entries(item).filter(([name]) => held.includes(name)));
  const queryIndex: FakeTable['queryIndex'] = (name, most, { condition, values }, page) => {
    if (name !== SENT_INDEX.name || condition !== 'sentShard = :shard AND sentAt BETWEEN :from AND :until') {
      throw new Error(`ValidationException: ${name}: ${condition}`);
    }
    const [shard, from, until] = [values?.[':shard'] as string, Number(values?.[':from']), Number(values?.[':until'])];
    const items = [...(shards.get(shard) ?? [])].map((pk) => table.items.get(pk)!);
    const found = items
      .filter(({ sentAt }) => Number(sentAt) >= from && Number(sentAt) <= until)
      .sort((a, b) => Number(a.sentAt) - Number(b.sentAt));
    const start = page?.after === undefined ? 0 : found.findIndex(({ pk }) => pk === page.after?.pk) + 1;
    return Promise.resolve(found.slice(start, start + most).map(projected));
  };
  /** Deletes what has expired, as the table does some time after. */
  const forget = (now: number): void => {
    for (const [pk, { expiresAt }] of [...table.items]) {
      if (Number(expiresAt) * 1000 > now || expiresAt === undefined) continue;
      table.items.delete(pk);
      index(pk);
    }
  };
  return { table: { ...table, queryIndex }, forget };
};
