import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { RotationError } from './errors.ts';
import type { RotationState, RotationStateStore } from './ports.ts';

/** The one item only this function writes: its role is limited to leading keys that begin with `rotation#`. */
const PK = 'rotation#sending';

const NOTHING_YET: RotationState = { revision: 0, claim: null, keys: [] };

/** The rotation's memory as an item of the ledger table, guarded by a revision number. */
export const createRotationStateStore = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): RotationStateStore => ({
  read: async () => {
    const item = await table.getItem(PK);
    if (typeof item?.revision !== 'number' || typeof item.state !== 'string') return NOTHING_YET;
    const { claim, keys } = JSON.parse(item.state) as Omit<RotationState, 'revision'>;
    return { revision: item.revision, claim, keys };
  },
  write: async ({ claim, keys }, basedOn) => {
    // As text: the shape is this function's own business, and nothing queries it.
    const item = { pk: PK, revision: basedOn.revision + 1, state: JSON.stringify({ claim, keys }) };
    const written = await table.putItem(
      item,
      basedOn.revision === 0
        ? { condition: 'attribute_not_exists(pk)' }
        : { condition: 'revision = :revision', values: { ':revision': basedOn.revision } },
    );
    if (written.kind === 'condition-failed') throw new RotationError('state-changed');
  },
});
