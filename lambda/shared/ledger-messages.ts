import type { Plain } from './aws/attribute-value.ts';
import type { Condition, DynamoDb, Written } from './aws/dynamodb.ts';
import { ledgerWrite } from './ledger-write.ts';
import type { Attempt, IntentResult, MessageLedger, Reclaimed, Settled } from './message-ledger.ts';
import { forgottenAt, type MessageRecord } from './message.ts';

const messageKey = (id: string): string => `message#${id}`;

/** The half of the {@link MessageLedger} that remembers messages. */
export type MessageRecords = Omit<MessageLedger, 'admit' | 'giveBack' | 'look'> & {
  putIntent(intent: MessageRecord): Promise<IntentResult>;
};

/** {@link MessageRecords} in one DynamoDB table. A record older than 7 days counts as absent, TTL or not. */
export const createMessageRecords = (table: DynamoDb): MessageRecords => {
  const putIntent = async (intent: MessageRecord): Promise<IntentResult> => {
    const now = Math.floor(intent.createdAt / 1000);
    const only = { condition: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': now } };
    const result = await ledgerWrite(() => table.putItem(toItem(intent), only));
    if (result.kind === 'written') return { kind: 'new' };
    if (result.kind !== 'condition-failed') return result;
    return result.item ? { kind: 'existing', record: toRecord(result.item) } : { kind: 'failed' };
  };

  const change = async (attempt: () => Promise<Written>, isDone: (item: Item) => boolean): Promise<Settled> => {
    const result = await ledgerWrite(attempt);
    if (result.kind === 'written') return 'recorded';
    if (result.kind !== 'condition-failed') return 'failed';
    return isDone(result.item) ? 'recorded' : 'superseded';
  };

  return {
    putIntent,
    reclaim: async (seen, next): Promise<Reclaimed> => {
      const only = unchanged(seen, 'not-sent');
      const result = await ledgerWrite(() => table.putItem(toItem(next), only));
      if (result.kind === 'written') return { kind: 'claimed' };
      if (result.kind !== 'condition-failed') return result;
      return { kind: 'lost', record: result.item ? toRecord(result.item) : undefined };
    },
    settle: ({ id, attempt }, outcome) => {
      const { update, only } = assignments(outcome, unchanged({ attempt }, 'sending'));
      // A repeat finds the record as the first write left it.
      const isDone = (item: Item): boolean => item?.attempt === attempt && item.state === outcome.state;
      return change(() => table.updateItem(messageKey(id), update, only), isDone);
    },
    expire: async (seen, now) => {
      const { update, only } = assignments({ state: 'expired', updatedAt: now }, unchanged(seen, 'not-sent'));
      await ledgerWrite(() => table.updateItem(messageKey(seen.id), update, only));
    },
    release: (attempt: Attempt) =>
      change(
        () => table.deleteItem(messageKey(attempt.id), unchanged(attempt, 'sending')),
        (item) => item === undefined,
      ),
    find: async (id) => {
      const item = await table.getItem(messageKey(id));
      return item ? toRecord(item) : undefined;
    },
  };
};

type Item = Readonly<Record<string, Plain>> | undefined;

const unchanged = ({ attempt }: Pick<MessageRecord, 'attempt'>, state: MessageRecord['state']): Condition => ({
  condition: 'attempt = :attempt AND #state = :before',
  names: { '#state': 'state' },
  values: { ':attempt': attempt, ':before': state },
});

/** An update that sets the given fields under the given condition. */
const assignments = (fields: Partial<MessageRecord>, only: Condition): { update: string; only: Condition } => {
  const entries = Object.entries(fields).map(([name, value], i) => ({ name, value, at: `#f${i}`, to: `:f${i}` }));
  return {
    update: `SET ${entries.map(({ at, to }) => `${at} = ${to}`).join(', ')}`,
    only: {
      condition: only.condition,
      names: { ...only.names, ...Object.fromEntries(entries.map(({ at, name }) => [at, name])) },
      values: { ...only.values, ...Object.fromEntries(entries.map(({ to, value }) => [to, value])) },
    },
  };
};

const toItem = (record: MessageRecord) => ({
  ...record,
  pk: messageKey(record.id),
  expiresAt: forgottenAt(record),
});

/** The ledger is written by these functions alone, so an item has the shape it was written with. */
const toRecord = (item: Readonly<Record<string, Plain>>): MessageRecord => {
  const fields = Object.entries(item).filter(([name]) => name !== 'pk' && name !== 'expiresAt');
  return Object.fromEntries(fields) as unknown as MessageRecord;
};
