import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Receipt, ReceiptReader } from '../shared/receipt.ts';

/** What taking a receipt needs from the outside. No secret, and no way to the provider. */
export interface ReceiptPorts {
  readonly ledger: Pick<MessageLedger, 'find' | 'change'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly read: ReceiptReader;
}

/** The receipts of one call, and the part of its path that names the message. */
export interface ReceiptCommand {
  readonly path: string;
  readonly receipts: readonly Receipt[];
}

/**
 * What became of a call.
 *
 * - `noted`: the provider will be asked about the message. - `nothing-new`: the ledger knows already, or learns nothing.
 * - `not-found`: no message has this path. - `again`: the ledger could not be written; the same call later may work.
 */
export type ReceiptResult = 'noted' | 'nothing-new' | 'not-found' | 'again';
