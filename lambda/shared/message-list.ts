import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { LISTED_AS, MESSAGE_INDEXES } from './contract.ts';
import { listedAs, messageKey, recordOf } from './ledger-messages.ts';
import type { MessageRecord } from './message.ts';

/** Which messages of an app are meant. Moments are in milliseconds since the epoch. */
export interface MessageQuery {
  readonly app: string;
  /** The first moment that counts. */
  readonly from: number;
  /** The last moment that counts. @default - none */
  readonly to?: number | undefined;
  /** Keyed hash of the recipient's number. */
  readonly numberHash?: string | undefined;
  readonly reference?: string | undefined;
}

/** Where a list goes on: behind this message. */
export type Place = Pick<MessageRecord, 'id' | 'createdAt'>;

/** A part of a list. */
export interface MessagePage {
  /** Fewer than were asked for where messages went since they were listed, or several conditions are to be met. */
  readonly records: readonly MessageRecord[];
  /** Absent at the end of the list. */
  readonly next?: Place;
}

/** Finds the messages of an app by what it knows of them. */
export interface MessageList {
  /**
   * Messages from the newest on, as they stand now.
   *
   * The index follows the table after a moment, so the newest may be missing; what is listed is read from the table.
   *
   * @param most at most 100 @throws AwsError
   */
  newest(query: MessageQuery, most: number, after?: Place): Promise<MessagePage>;
}

/** Later than every moment, in the form of {@link listedAs}. */
const END_OF_TIME = 999_999_999_999_999;

/** {@link MessageList} in the ledger's table: one query of an index, one read of the items. */
export const createMessageList = (table: Pick<DynamoDb, 'queryIndex' | 'getItems'>): MessageList => ({
  newest: async (query, most, after) => {
    const { app, from, to = END_OF_TIME } = query;
    // DynamoDB refuses to go on from a place outside the range.
    if (after !== undefined && after.createdAt < from) return { records: [] };
    const { index, value } = indexFor(query);
    const found = await table.queryIndex(
      index.name,
      most + 1,
      {
        condition: `#partition = :value AND ${LISTED_AS} BETWEEN :from AND :to`,
        names: { '#partition': index.partition },
        values: {
          ':value': value,
          ':from': listedAs({ app, createdAt: from }),
          ':to': listedAs({ app, createdAt: to }),
        },
      },
      {
        backwards: true,
        ...(after && {
          after: {
            pk: messageKey(after.id),
            [index.partition]: value,
            [LISTED_AS]: listedAs({ app, createdAt: after.createdAt }),
          },
        }),
      },
    );
    const places = found.slice(0, most).flatMap(placeIn);
    const items = await table.getItems(places.map(({ pk }) => pk));
    const records = new Map(items.map((item) => [item.pk, recordOf(item)]));
    const listed = places.flatMap(({ pk, place }) => {
      const record = records.get(pk);
      // Since it was listed, the message may have gone, or another may have come under its id.
      return record !== undefined && listedAs(record) === place && isMeant(query, record) ? [record] : [];
    });
    const last = places.at(-1);
    return { records: listed, ...(found.length > most && last && { next: placeOf(last) }) };
  },
});

/** Whoever knows a number or a reference means few messages. */
const indexFor = ({ app, numberHash, reference }: MessageQuery) => {
  if (numberHash !== undefined) return { index: MESSAGE_INDEXES.number, value: numberHash };
  if (reference !== undefined) return { index: MESSAGE_INDEXES.reference, value: reference };
  return { index: MESSAGE_INDEXES.app, value: app };
};

const isMeant = ({ app, numberHash, reference }: MessageQuery, record: MessageRecord): boolean =>
  record.app === app &&
  (numberHash === undefined || record.numberHash === numberHash) &&
  (reference === undefined || record.reference === reference);

const placeIn = ({ pk, [LISTED_AS]: place }: Readonly<Record<string, Plain>>) =>
  typeof pk === 'string' && typeof place === 'string' ? [{ pk, place }] : [];

const placeOf = ({ pk, place }: { readonly pk: string; readonly place: string }): Place => ({
  id: pk.slice(messageKey('').length),
  createdAt: Number(place.slice(place.indexOf('#') + 1)),
});
