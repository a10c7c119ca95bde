import type { Plain, PlainItem } from './aws/attribute-value.ts';
import type { Condition, DynamoDb, Written } from './aws/dynamodb.ts';
import { LISTED_AS } from './contract.ts';
import { dueShardOf } from './due-index.ts';
import { ledgerWrite } from './ledger-write.ts';
import type { Changed, IntentResult, MessageLedger, Seen } from './message-ledger.ts';
import { forgottenAt, type MessageRecord } from './message.ts';
import { sentKeysOf } from './sent-keys.ts';

/** Partition key of a message. */
export const messageKey = (id: string): string => `message#${id}`;

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
    return result.item ? { kind: 'existing', record: recordOf(result.item) } : { kind: 'failed' };
  };

  const once = async (write: () => Promise<Written>, isDone: (item: Item) => boolean): Promise<Changed> => {
    const result = await ledgerWrite(write);
    if (result.kind === 'written') return 'recorded';
    if (result.kind !== 'condition-failed') return 'failed';
    return isDone(result.item) ? 'recorded' : 'superseded';
  };

  return {
    putIntent,
    change: (seen, to) => {
      const isAcceptance = seen.state === 'sending' && to.state === 'accepted';
      const { update, only } = assignments(fieldsOf(seen.id, to), unchanged(seen), isAcceptance ? BY_RECEIPT : {});
      const attempt = to.attempt ?? seen.attempt;
      // A repeat finds the record as the first write left it.
      const isDone = (item: Item): boolean => item?.attempt === attempt && item.state === to.state;
      return once(() => table.updateItem(messageKey(seen.id), update, only), isDone);
    },
    release: ({ id, attempt }) =>
      once(
        () => table.deleteItem(messageKey(id), unchanged({ attempt, state: 'sending' })),
        (item) => item === undefined,
      ),
    find: async (id) => {
      const item = await table.getItem(messageKey(id));
      return item ? recordOf(item) : undefined;
    },
  };
};

type Item = Readonly<Record<string, Plain>> | undefined;

const unchanged = ({ attempt, state }: Omit<Seen, 'id'>): Condition => ({
  condition: 'attempt = :attempt AND #state = :before',
  names: { '#state': 'state' },
  values: { ':attempt': attempt, ':before': state },
});

/**
 * A receipt that came before its message was recorded as accepted makes it due with that, in the same write: whichever of
 * the two comes first, none is lost, and the attempt needs to know of no receipt.
 */
const BY_RECEIPT = { dueAt: 'receiptAt' } as const;

/**
 * An update that sets the given fields, and removes those without a value, under the given condition.
 *
 * @param rather attributes by field: where the item has one, its value is taken
 */
const assignments = (
  fields: PlainItem,
  only: Condition,
  rather: Readonly<Record<string, string>> = {},
): { update: string; only: Condition } => {
  const entries = Object.entries(fields).map(([name, value], i) => ({ name, value, at: `#f${i}`, to: `:f${i}` }));
  const set = entries.filter(({ value }) => value !== undefined);
  const removed = entries.filter(({ value }) => value === undefined);
  const remove = removed.length === 0 ? '' : ` REMOVE ${removed.map(({ at }) => at).join(', ')}`;
  const valueOf = ({ name, to }: { readonly name: string; readonly to: string }): string =>
    rather[name] === undefined ? to : `if_not_exists(${rather[name]}, ${to})`;
  return {
    update: `SET ${set.map((entry) => `${entry.at} = ${valueOf(entry)}`).join(', ')}${remove}`,
    only: {
      condition: only.condition,
      names: { ...only.names, ...Object.fromEntries(entries.map(({ at, name }) => [at, name])) },
      values: { ...only.values, ...Object.fromEntries(set.map(({ to, value }) => [to, value])) },
    },
  };
};

/** Where a message is in the order of the indexes of messages. */
export const listedAs = ({ app, createdAt }: Pick<MessageRecord, 'app' | 'createdAt'>): string =>
  `${app}#${String(createdAt).padStart(15, '0')}`;

/** A record is in an index while all of its attributes are there, as an index knows no null; each attempt dates it. */
const fieldsOf = (
  id: string,
  { dueAt, takes, reference, numberHash, ...fields }: Partial<MessageRecord>,
): PlainItem => ({
  ...fields,
  ...(reference === undefined ? {} : { reference: reference ?? undefined }),
  ...(numberHash === undefined ? {} : { numberHash: numberHash ?? undefined }),
  ...(takes === undefined ? {} : { takes: takes.map((take) => ({ ...take })) }),
  ...(fields.state === 'sending' && fields.updatedAt !== undefined ? sentKeysOf(id, fields.updatedAt) : {}),
  ...(dueAt === undefined ? {} : { dueAt: dueAt ?? undefined, dueShard: dueAt === null ? undefined : dueShardOf(id) }),
});

const toItem = (record: MessageRecord) => ({
  ...fieldsOf(record.id, record),
  pk: messageKey(record.id),
  expiresAt: forgottenAt(record),
  [LISTED_AS]: listedAs(record),
});

const NOT_THE_RECORDS = ['pk', 'expiresAt', 'dueShard', 'sentShard', 'sentAt', LISTED_AS];

/** The ledger is written by these functions alone, so an item has the shape it was written with. */
export const recordOf = (item: Readonly<Record<string, Plain>>): MessageRecord => {
  const fields = Object.entries(item).filter(([name]) => !NOT_THE_RECORDS.includes(name));
  return { dueAt: null, reference: null, numberHash: null, ...Object.fromEntries(fields) } as unknown as MessageRecord;
};
