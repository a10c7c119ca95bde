import type { DeliveryPorts } from '../shared/delivery/ports.ts';
import type { RetryBudget } from '../shared/retry-budget.ts';

/** What trying a message again needs from the outside. */
export type RetryPorts = DeliveryPorts & { readonly budget: RetryBudget };

/** One appointment, kept. */
export interface RetryCommand {
  readonly id: string;
  readonly at: number;
  readonly requestId: string;
  /** Moment on the monotonic clock by which the message must be left alone. */
  readonly deadline: number;
}

/** - `done`: this appointment is over. - `again`: keep it once more; nothing was done. */
export type RetryResult = 'done' | 'again';
