import type { Condition, DynamoDb } from './aws/dynamodb.ts';
import { KEPT_SECONDS, optOutIn } from './ledger-slots.ts';
import { type OptOuts, recipientKey } from './opt-outs.ts';

/**
 * {@link OptOuts} in the ledger's table.
 *
 * In the item that every message to the recipient takes units from: so the write that admits a message is the check, and
 * no send asks for more. The item does not leave by itself while the attribute is there.
 */
export const createOptOuts = (table: Pick<DynamoDb, 'getItem' | 'updateItem'>): OptOuts => {
  const lift = async (numberHash: string, now: number, only: Condition): Promise<boolean> => {
    const { kind } = await table.updateItem(
      recipientKey(numberHash),
      'SET expiresAt = :expires REMOVE optedOut, optedOutBy',
      { ...only, values: { ...only.values, ':expires': Math.floor(now / 1000) + 2 * KEPT_SECONDS } },
    );
    return kind === 'written';
  };
  return {
    find: async (numberHash) => optOutIn(await table.getItem(recipientKey(numberHash))),
    add: async (numberHash, { since, source }) => {
      const { kind } = await table.updateItem(
        recipientKey(numberHash),
        'SET optedOut = :since, optedOutBy = :by REMOVE expiresAt',
        { condition: 'attribute_not_exists(optedOut)', values: { ':since': since, ':by': source } },
      );
      return kind === 'written';
    },
    lift: (numberHash, now) => lift(numberHash, now, { condition: 'attribute_exists(optedOut)' }),
    liftOwn: (numberHash, now, sources) =>
      lift(numberHash, now, {
        condition: sources.map((source) => `optedOutBy = :${source}`).join(' OR '),
        values: Object.fromEntries(sources.map((source) => [`:${source}`, source])),
      }),
  };
};
