import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { SENT_INDEX } from './contract.ts';
import {
  foreignKey,
  foreignShard,
  RECONCILE_KEY,
  type ReconcileState,
  type ReconcileStore,
} from './reconcile-state.ts';

/** Foreign messages stay for so long: an audit may come late. */
const KEPT_SECONDS = 400 * 86_400;

/** {@link ReconcileStore} in the ledger's table: one document, written only by whoever read its latest revision. */
export const createReconcileStore = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): ReconcileStore => ({
  // The item is written here alone, so it has the shape it was written with.
  read: async () => (await table.getItem(RECONCILE_KEY)) as unknown as ReconcileState | undefined,
  write: async (next, basedOn) => {
    const state = next as unknown as Readonly<Record<string, Plain>>;
    const item = { ...state, pk: RECONCILE_KEY, revision: (basedOn?.revision ?? 0) + 1 };
    const written = await table.putItem(
      item,
      basedOn === undefined
        ? { condition: 'attribute_not_exists(pk)' }
        : { condition: 'revision = :revision', values: { ':revision': basedOn.revision } },
    );
    return written.kind === 'written';
  },
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
      expiresAt: Math.floor(at / 1000) + KEPT_SECONDS,
    });
  },
});
