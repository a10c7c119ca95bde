import type { DynamoDb } from './aws/dynamodb.ts';
import { KEPT_SECONDS, optOutIn } from './ledger-slots.ts';
import { type OptOuts, recipientKey } from './opt-outs.ts';

/**
 * {@link OptOuts} in the ledger's table.
 *
 * In the item that every message to the recipient takes units from: so the write that admits a message is the check, and
 * no send asks for more. The item does not leave by itself while the attribute is there.
 */
export const createOptOuts = (table: Pick<DynamoDb, 'getItem' | 'updateItem'>): OptOuts => ({
  find: async (numberHash) => optOutIn(await table.getItem(recipientKey(numberHash))),
  add: async (numberHash, { since, source }) => {
    const { kind } = await table.updateItem(
      recipientKey(numberHash),
      'SET optedOut = :since, optedOutBy = :by REMOVE expiresAt',
      { condition: 'attribute_not_exists(optedOut)', values: { ':since': since, ':by': source } },
    );
    return kind === 'written';
  },
  lift: async (numberHash, now) => {
    const { kind } = await table.updateItem(
      recipientKey(numberHash),
      'SET expiresAt = :expires REMOVE optedOut, optedOutBy',
      {
        condition: 'attribute_exists(optedOut)',
        values: { ':expires': Math.floor(now / 1000) + 2 * KEPT_SECONDS },
      },
    );
    return kind === 'written';
  },
});
