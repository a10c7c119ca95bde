import { AUDITED_MS } from '../shared/audit-retention.ts';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { DUE_INDEX } from '../shared/contract.ts';
import { sightingKey, SIGHTINGS_SHARD } from '../shared/sighting.ts';
import type { WitnessBook } from './ports.ts';

const HEARD_KEY = 'seen-state#probe';

/** {@link WitnessBook} in the ledger's table. */
export const createWitnessBook = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): WitnessBook => ({
  keep: async (eventId, sighting) => {
    const at = Date.parse(sighting.at);
    const item = {
      ...(sighting as unknown as Record<string, Plain>),
      pk: sightingKey(eventId),
      expiresAt: Math.floor((at + AUDITED_MS) / 1000),
      [DUE_INDEX.shard]: SIGHTINGS_SHARD,
      [DUE_INDEX.at]: at,
    };
    const written = await table.putItem(item, { condition: 'attribute_not_exists(pk)' });
    return written.kind === 'written';
  },
  heard: async (at) => {
    await table.putItem({ pk: HEARD_KEY, at });
  },
  lastHeard: async (now) => {
    const first = await table.putItem({ pk: HEARD_KEY, at: now }, { condition: 'attribute_not_exists(pk)' });
    const at = first.kind === 'condition-failed' ? first.item?.at : now;
    return typeof at === 'number' ? at : now;
  },
});
