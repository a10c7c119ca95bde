import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import type { Clock } from '../shared/clock.ts';
import { writeRevised } from '../shared/revised-item.ts';
import { CHATS_ITEM } from '../shared/situation/reader-contract.ts';
import type { AlarmMemory } from './use-cases/memory.ts';
import type { Notices } from './ports.ts';

/** An alarm that has been quiet for so long is told of as a new one. */
const REMEMBERED_MS = 30 * 86_400_000;
/** Deliveries of one change are tried again within minutes. */
const DELIVERED_MS = 2 * 86_400_000;

const memoryKey = (alarm: string): string => `notice#alarm#${alarm}`;
const deliveryKey = (delivery: string): string => `notice#told#${delivery}`;

/** {@link Notices} in the ledger's table; items leave by themselves. */
export const createNotices = (table: Pick<DynamoDb, 'getItem' | 'putItem'>, clock: Pick<Clock, 'now'>): Notices => {
  const expiresAt = (keptMs: number): number => Math.ceil((clock.now() + keptMs) / 1000);
  return {
    recall: async (alarm) => {
      const item = await table.getItem(memoryKey(alarm));
      // Written here alone, so it has the shape it was written with.
      return {
        memory: item?.memory as unknown as AlarmMemory | undefined,
        revision: typeof item?.revision === 'number' ? item.revision : 0,
      };
    },
    remember: (alarm, memory, { revision }) => {
      const next = { memory: memory as unknown as Plain, revision: revision + 1, expiresAt: expiresAt(REMEMBERED_MS) };
      return writeRevised(table, memoryKey(alarm), next, revision === 0 ? undefined : { revision });
    },
    claim: async (delivery, leaseMs) => {
      const written = await table.putItem(
        { pk: deliveryKey(delivery), leaseUntil: clock.now() + leaseMs, expiresAt: expiresAt(DELIVERED_MS) },
        { condition: 'attribute_not_exists(pk) OR leaseUntil <= :now', values: { ':now': clock.now() } },
      );
      return written.kind === 'written';
    },
    // Without a lease nobody takes it on again.
    done: async (delivery) => {
      await table.putItem({ pk: deliveryKey(delivery), expiresAt: expiresAt(DELIVERED_MS) });
    },
    release: async (delivery) => {
      await table.putItem({ pk: deliveryKey(delivery), leaseUntil: 0, expiresAt: expiresAt(DELIVERED_MS) });
    },
    // It stays: the number holds until the next alarm, however long that is away.
    noteChats: async (wantPages) => {
      await table.putItem({ pk: CHATS_ITEM, pages: wantPages });
    },
  };
};
