import type { DynamoDb } from './aws/dynamodb.ts';
import type { Clock } from './clock.ts';
import { givePlaceBack, takePlace } from './ledger-places.ts';
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
export const createRetryBudget = (table: DynamoDb, clock: Pick<Clock, 'now'>): RetryBudget => ({
  take: async (category) => {
    const now = clock.now();
    const start = now - (now % WINDOW_MS);
    const end = start + WINDOW_MS;
    const most = category === 'otp' ? RETRIES : RETRIES - KEPT_FOR_CODES;
    const unit = { pk: `retries#${start}`, most, end };
    const taken = await takePlace(table, unit);
    if (taken === 'full') return { kind: 'spent', until: end };
    return { kind: 'granted', giveBack: async () => (taken === 'taken' ? givePlaceBack(table, unit) : undefined) };
  },
});
