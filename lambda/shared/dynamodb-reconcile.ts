import { AUDITED_MS } from './audit-retention.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { SENT_INDEX } from './contract.ts';
import {
  foreignKey,
  foreignShard,
  RECONCILE_KEY,
  type ReconcileState,
  type ReconcileStore,
} from './reconcile-state.ts';
import { writeRevised } from './revised-item.ts';

/** {@link ReconcileStore} in the ledger's table: one document, written only by whoever read its latest revision. */
export const createReconcileStore = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): ReconcileStore => ({
  // The item is written here alone, so it has the shape it was written with.
  read: async () => (await table.getItem(RECONCILE_KEY)) as unknown as ReconcileState | undefined,
  write: (next, basedOn) =>
    writeRevised(table, RECONCILE_KEY, { ...next, revision: (basedOn?.revision ?? 0) + 1 }, basedOn),
  note: async ({ id, at, country, from, micros, currency }) => {
    const day = new Date(at).toISOString().slice(0, 10);
    await table.putItem({
      pk: foreignKey(id),
      [SENT_INDEX.shard]: foreignShard(day),
      [SENT_INDEX.at]: at,
      providerMessageId: id,
      country,
      from,
      cost: { micros, currency },
      expiresAt: Math.floor((at + AUDITED_MS) / 1000),
    });
  },
});
