import type { Plain } from './aws/attribute-value.ts';
import { isAwsError } from './aws/aws-error.ts';
import type { Condition, DynamoDb, Written } from './aws/dynamodb.ts';
import { giveUnits, plan, type Planned, takeUnits } from './ledger-windows.ts';
import type { Attempt, IntentResult, MessageLedger, Reclaimed, Settled, Take, UnitsResult } from './message-ledger.ts';
import { forgottenAt, type MessageRecord } from './message.ts';

/** Partition keys: one item per app, one per message. */
export const appKey = (app: string): string => `app#${app}`;
const messageKey = (id: string): string => `message#${id}`;

/** A window rolls over once; a second and third look are for whoever lost that race. */
const MAX_LOOKS = 4;

/** {@link MessageLedger} in one DynamoDB table. A record older than 7 days counts as absent, TTL or not. */
export const createDynamoDbLedger = (table: DynamoDb): MessageLedger => {
  const write = async (attempt: () => Promise<Written>): Promise<Written | { kind: 'failed' | 'in-doubt' }> => {
    try {
      return await attempt();
    } catch (error: unknown) {
      if (isAwsError(error)) return { kind: error.effect === 'none' ? 'failed' : 'in-doubt' };
      throw error;
    }
  };

  const putIntent = async (intent: MessageRecord): Promise<IntentResult> => {
    const now = Math.floor(intent.createdAt / 1000);
    const only = { condition: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': now } };
    const result = await write(() => table.putItem(toItem(intent), only));
    if (result.kind === 'written') return { kind: 'new' };
    if (result.kind !== 'condition-failed') return result;
    return result.item ? { kind: 'existing', record: toRecord(result.item) } : { kind: 'failed' };
  };

  const take = async (app: string, takes: readonly Take[]): Promise<UnitsResult> => {
    let planned: readonly Planned[] = takes.map((wanted) => ({ take: wanted }));
    for (let look = 0; look < MAX_LOOKS; look++) {
      const { update, only } = takeUnits(planned);
      const result = await write(() => table.updateItem(appKey(app), update, only));
      if (result.kind === 'written') return { kind: 'taken', takes: planned.map((each) => each.take) };
      if (result.kind !== 'condition-failed') return result;
      if (result.item === undefined) return { kind: 'not-registered' };
      if (result.item.frozen !== false) return { kind: 'frozen' };
      const next = plan(result.item, takes);
      if (next.kind === 'exhausted') return next;
      planned = next.plan;
    }
    return { kind: 'failed' };
  };

  const change = async (attempt: () => Promise<Written>, isDone: (item: Item) => boolean): Promise<Settled> => {
    const result = await write(attempt);
    if (result.kind === 'written') return 'recorded';
    if (result.kind !== 'condition-failed') return 'failed';
    return isDone(result.item) ? 'recorded' : 'superseded';
  };

  return {
    admit: async (intent, takes) => {
      const [written, units] = await Promise.all([putIntent(intent), take(intent.app, takes)]);
      return { intent: written, units };
    },
    reclaim: async (seen, next): Promise<Reclaimed> => {
      const only = unchanged(seen, 'not-sent');
      const result = await write(() => table.putItem(toItem(next), only));
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
      await write(() => table.updateItem(messageKey(seen.id), update, only));
    },
    release: (attempt: Attempt) =>
      change(
        () => table.deleteItem(messageKey(attempt.id), unchanged(attempt, 'sending')),
        (item) => item === undefined,
      ),
    giveBack: async (app, takes) => {
      const { update, only } = giveUnits(takes);
      await write(() => table.updateItem(appKey(app), update, only));
    },
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
