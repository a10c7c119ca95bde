import type { DynamoDb } from './aws/dynamodb.ts';
import type { Clock } from './clock.ts';
import { createUnitLedger } from './ledger-units.ts';
import type { Category } from './message.ts';

/** What a retry got of the budget. */
export type Share =
  | { readonly kind: 'granted'; readonly giveBack: () => Promise<void> }
  /** @property until when there is a new budget, in milliseconds since the epoch */
  | { readonly kind: 'spent'; readonly until: number };

/**
 * Bounds the retries that come to nothing, of all workers together.
 *
 * A retry takes a unit and gives it back when the provider answers: so retries that help are as many as there are
 * messages, and those that only add to the provider's trouble are as many as the budget.
 */
export interface RetryBudget {
  take(category: Category): Promise<Share>;
}

const WINDOW_MS = 10_000;
/**
 * Ten a second, over ten seconds: the floor of Finagle's budget.
 *
 * Not its share of the first attempts, too: to count those would cost every good message a write.
 * https://finagle.github.io/blog/2016/02/08/retry-budgets
 */
const RETRIES = 100;
/** What is kept for one-time codes. */
const KEPT_FOR_CODES = 20;

/** {@link RetryBudget} in one item of the ledger for each window. Where the ledger gives no answer it grants. */
export const createRetryBudget = (table: DynamoDb, clock: Pick<Clock, 'now'>): RetryBudget => {
  const units = createUnitLedger(table);
  return {
    take: async (category) => {
      const now = clock.now();
      const start = now - (now % WINDOW_MS);
      const take = {
        limit: 'retries',
        item: `retries#${start}`,
        start: start / 1000,
        length: WINDOW_MS / 1000,
        capacity: category === 'otp' ? RETRIES : RETRIES - KEPT_FOR_CODES,
        units: 1,
      };
      const taken = await units.take('', [take]);
      if (taken.kind === 'exhausted') return { kind: 'spent', until: start + WINDOW_MS };
      return { kind: 'granted', giveBack: () => (taken.kind === 'taken' ? units.giveBack('', [take]) : DONE) };
    },
  };
};

const DONE = Promise.resolve();
