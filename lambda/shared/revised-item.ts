import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';

/** A document that is written as a whole. */
export interface Revised {
  /** Counts the writes. */
  readonly revision: number;
}

/**
 * Writes a document, if nobody has since what it is based on was read.
 *
 * @param basedOn the document as it was read; `undefined` where there was none
 * @returns whether it was written
 * @throws AwsError
 */
export const writeRevised = async (
  table: Pick<DynamoDb, 'putItem'>,
  pk: string,
  next: Revised,
  basedOn: Revised | undefined,
): Promise<boolean> => {
  const item = { ...(next as unknown as Readonly<Record<string, Plain>>), pk };
  const written = await table.putItem(
    item,
    basedOn === undefined
      ? { condition: 'attribute_not_exists(pk)' }
      : { condition: 'revision = :revision', values: { ':revision': basedOn.revision } },
  );
  return written.kind === 'written';
};
