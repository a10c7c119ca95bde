import type { DynamoDb } from './aws/dynamodb.ts';
import { ledgerWrite } from './ledger-write.ts';

/** Places in a window of time, counted by one item that leaves by itself. */
export interface Places {
  /** Partition key of the item. */
  readonly pk: string;
  /** How many there are for whoever asks. */
  readonly most: number;
  /** When they are over, in milliseconds since the epoch. */
  readonly end: number;
}

/** How long an item outlives its last place: clocks differ. */
const KEPT_SECONDS = 24 * 60 * 60;

/** When an item may go whose places are over then, in seconds since the epoch. */
export const keptUntil = (end: number): number => Math.ceil(end / 1000) + KEPT_SECONDS;

/** Takes a place. - `no-answer`: the ledger did not say; never repeated, as it might be taken twice. */
export const takePlace = async (
  table: DynamoDb,
  { pk, most, end }: Places,
): Promise<'taken' | 'full' | 'no-answer'> => {
  const { kind } = await ledgerWrite(() =>
    table.updateItem(pk, 'SET taken = if_not_exists(taken, :zero) + :one, expiresAt = :expires', {
      condition: 'attribute_not_exists(taken) OR taken <= :others',
      values: { ':zero': 0, ':one': 1, ':others': most - 1, ':expires': keptUntil(end) },
    }),
  );
  if (kind === 'written') return 'taken';
  return kind === 'condition-failed' ? 'full' : 'no-answer';
};

/** Gives a place back that was taken, once; in doubt it stays taken. */
export const givePlaceBack = async (table: DynamoDb, { pk }: Pick<Places, 'pk'>): Promise<void> => {
  const only = { condition: 'taken >= :one', values: { ':one': 1 } };
  await ledgerWrite(() => table.updateItem(pk, 'SET taken = taken - :one', only));
};
