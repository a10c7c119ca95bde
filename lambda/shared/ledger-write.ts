import { isAwsError } from './aws/aws-error.ts';
import type { Written } from './aws/dynamodb.ts';

/** What a write of the ledger's came to. - `failed`: nothing was written. - `in-doubt`: nobody knows. */
export type LedgerWritten = Written | { readonly kind: 'failed' | 'in-doubt' };

/** Makes an AWS error an answer: what speaks of a write has to say what may have happened. */
export const ledgerWrite = async (write: () => Promise<Written>): Promise<LedgerWritten> => {
  try {
    return await write();
  } catch (error: unknown) {
    if (isAwsError(error)) return { kind: error.effect === 'none' ? 'failed' : 'in-doubt' };
    throw error;
  }
};
