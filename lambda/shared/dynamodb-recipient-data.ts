import type { DynamoDb } from './aws/dynamodb.ts';
import { MESSAGE_INDEXES } from './contract.ts';
import { createMessageRecords, recordOf } from './ledger-messages.ts';
import { optOutIn } from './ledger-slots.ts';
import type { Item } from './ledger-windows.ts';
import { recipientKey } from './opt-outs.ts';
import type { RecipientData } from './recipient-data.ts';

/** So many at once: what is erased leaves the index, so the next look finds the next ones. */
const MOST_MESSAGES = 50;
/** DynamoDB's expressions have 4 KB; an item of one day has far fewer. */
const MOST_COUNTS = 300;

/** {@link RecipientData} in the ledger's table. */
export const createRecipientData = (table: DynamoDb): RecipientData => {
  const messages = createMessageRecords(table);
  const { name, partition } = MESSAGE_INDEXES.number;
  return {
    messagesTo: async (numberHash) => {
      const found = await table.queryIndex(name, MOST_MESSAGES, {
        condition: `${partition} = :hash`,
        values: { ':hash': numberHash },
      });
      const keys = found.flatMap(({ pk }) => (typeof pk === 'string' ? [pk] : []));
      const items = await Promise.all(keys.map((pk) => table.getItem(pk)));
      const records = items.flatMap((item) => (item?.[partition] === numberHash ? [recordOf(item)] : []));
      return { records, isAll: found.length < MOST_MESSAGES };
    },
    erase: (seen, ending) =>
      messages.change(seen, { ...ending, sealed: null, numberHash: null, lastTwo: '', reference: null }),
    forgetCounts: async (numberHash) => {
      const pk = recipientKey(numberHash);
      const gone = await table.deleteItem(pk, { condition: 'attribute_not_exists(optedOut)' });
      if (gone.kind === 'written' || gone.item === undefined) return undefined;
      const counts = countsIn(gone.item);
      if (counts.length > 0) {
        await table.updateItem(pk, `SET optedOut = :since REMOVE ${counts.map((_, i) => `#c${i}`).join(', ')}`, {
          condition: 'optedOut = :since',
          names: Object.fromEntries(counts.map((count, i) => [`#c${i}`, count])),
          values: { ':since': gone.item.optedOut ?? null },
        });
      }
      return optOutIn(gone.item);
    },
  };
};

const countsIn = (item: Item): readonly string[] =>
  Object.keys(item)
    .filter((attribute) => attribute.includes('@'))
    .slice(0, MOST_COUNTS);
