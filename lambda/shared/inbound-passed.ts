import type { DynamoDb } from './aws/dynamodb.ts';

/** Which messages of people were passed on already, by the id of the event, and which were heeded (`<id>#heeded`). */
export interface InboundPassed {
  /** @throws AwsError */
  has(eventId: string): Promise<boolean>;
  /** May be repeated. @throws AwsError */
  add(eventId: string, now: number): Promise<void>;
}

/** As long as an idempotency key is kept. That a provider repeats a call after a day was found nowhere. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** {@link InboundPassed} in the ledger's table: items that say nothing but that they are there, and leave by themselves. */
export const createInboundPassed = (table: Pick<DynamoDb, 'getItem' | 'putItem'>): InboundPassed => {
  const key = (eventId: string) => `inbound#${eventId}`;
  return {
    has: async (eventId) => (await table.getItem(key(eventId))) !== undefined,
    add: async (eventId, now) => {
      await table.putItem({ pk: key(eventId), expiresAt: Math.floor(now / 1000) + KEPT_SECONDS });
    },
  };
};
