import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { SENT_INDEX } from './contract.ts';
import type { MessageRecord } from './message.ts';
import { sentShardsOf } from './sent-keys.ts';

/** What the ledger knows of a message's last attempt. */
export type SentMessage = Pick<
  MessageRecord,
  'id' | 'state' | 'fence' | 'leaseUntil' | 'providerMessageId' | 'channel' | 'country' | 'lastTwo' | 'cost'
> & {
  /** When the attempt began, in milliseconds since the epoch. */
  readonly sentAt: number;
};

/** What the room sent, by time. */
export interface SentIndex {
  /** Every message whose last attempt began from one moment (included) until another (excluded), in order. @throws AwsError */
  between(from: number, until: number): Promise<readonly SentMessage[]>;
}

/** Items of one page: with what the index holds of each, far less than the 1 MB that DynamoDB reads at once. */
const PAGE = 1000;

/** {@link SentIndex} in the ledger's table. */
export const createSentIndex = (table: Pick<DynamoDb, 'queryIndex'>): SentIndex => ({
  between: async (from, until) => {
    if (until <= from) return [];
    const found = await Promise.all(sentShardsOf(from, until).map((shard) => allOf(table, shard, from, until)));
    const sent = found.flat().map(({ pk, ...item }) => ({ ...item, id: (pk as string).replace(/^message#/, '') }));
    return (sent as unknown as SentMessage[]).sort((a, b) => a.sentAt - b.sentAt || (a.id < b.id ? -1 : 1));
  },
});

type Item = Readonly<Record<string, Plain>>;

const allOf = async (
  table: Pick<DynamoDb, 'queryIndex'>,
  shard: string,
  from: number,
  until: number,
): Promise<readonly Item[]> => {
  const keys = {
    condition: `${SENT_INDEX.shard} = :shard AND ${SENT_INDEX.at} BETWEEN :from AND :until`,
    values: { ':shard': shard, ':from': from, ':until': until - 1 },
  };
  const found: Item[] = [];
  for (let last: Item | undefined; ; last = found.at(-1)) {
    const after = last && {
      pk: last.pk,
      [SENT_INDEX.shard]: last[SENT_INDEX.shard],
      [SENT_INDEX.at]: last[SENT_INDEX.at],
    };
    const page = await table.queryIndex(SENT_INDEX.name, PAGE, keys, after === undefined ? {} : { after });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
};
