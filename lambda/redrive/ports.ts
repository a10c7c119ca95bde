import type { Clock } from '../shared/clock.ts';
import type { DeadLetters } from '../shared/dead-letters.ts';
import type { Log } from '../shared/log.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import type { RetryQueue } from '../shared/retry-queue.ts';

/** What redriving needs from the outside. */
export interface RedrivePorts {
  readonly deadLetters: DeadLetters;
  readonly ledger: Pick<MessageLedger, 'find' | 'change'>;
  readonly queue: RetryQueue;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1. */
  readonly random: () => number;
}
