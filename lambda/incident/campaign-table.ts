import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { type Campaign, CAMPAIGNS, campaignsIn } from '../shared/campaigns.ts';
import type { Clock } from '../shared/clock.ts';
import { roomStateKey } from '../shared/room-state.ts';
import type { Campaigns } from './ports.ts';

/** Two people may announce at the same moment, a few times at most. */
const MAX_LOOKS = 5;

/** {@link Campaigns} in the room's item; those that are over leave with the next change. */
export const createCampaigns = (table: DynamoDb, clock: Pick<Clock, 'now'>): Campaigns => ({
  replace: async (app, campaign) => {
    for (let look = 0; look < MAX_LOOKS; look++) {
      const item = await table.getItem(roomStateKey);
      const before = item?.[CAMPAIGNS];
      const kept = campaignsIn(item).filter((each) => each.app !== app && Date.parse(each.until) > clock.now());
      const next: readonly Campaign[] = campaign === null ? kept : [...kept, campaign];
      const written = await table.updateItem(roomStateKey, 'SET #campaigns = :next', {
        condition: before === undefined ? 'attribute_not_exists(#campaigns)' : '#campaigns = :before',
        names: { '#campaigns': CAMPAIGNS },
        values: { ':next': next as unknown as Plain, ...(before !== undefined && { ':before': before }) },
      });
      if (written.kind === 'written') return;
    }
    throw new Error('the campaigns were changed again and again');
  },
});
