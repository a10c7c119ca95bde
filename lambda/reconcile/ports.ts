import type { Counting } from '../providers/capabilities.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { SoughtMessage, TimeWindow } from '../shared/provider-records.ts';
import type { Foreign, ReconcileState, ReconcileStore } from '../shared/reconcile-state.ts';
import type { BalanceAnswer, ListingAnswer, SoughtAnswer } from '../shared/records-command.ts';
import type { SentIndex } from '../shared/sent-index.ts';

/** What comparing a room with its provider needs from the outside. */
export interface ReconcilePorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: ReconcileStore;
  readonly sent: SentIndex;
  readonly ledger: Pick<MessageLedger, 'find'>;
  readonly counting: Counting;
  readonly listing: (window: TimeWindow) => Promise<ListingAnswer>;
  readonly balance: () => Promise<BalanceAnswer>;
  /** At most 20 messages; the answers are in their order. */
  readonly records: (messages: readonly SoughtMessage[]) => Promise<readonly SoughtAnswer[]>;
}

/** What one look found. */
export type Look =
  | {
      readonly kind: 'compared';
      readonly foreign: readonly Foreign[];
      readonly next: Pick<ReconcileState, 'checkedUntil' | 'last' | 'counted' | 'balance'>;
    }
  /** There was no answer to compare with. */
  | { readonly kind: 'failed'; readonly code: string };
