import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Receipt, ReceiptReader, ReceiptVerifier } from '../shared/receipt.ts';
import type { SecretValue } from '../shared/secret-value.ts';

/** What taking a receipt needs from the outside. No way to the provider, and nothing that could send. */
export interface ReceiptPorts {
  readonly ledger: Pick<MessageLedger, 'find' | 'change'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly read: ReceiptReader;
  /** Where the door is. */
  readonly region: string;
  /** @default - nothing that is signed can be checked: every receipt is confirmed by asking */
  readonly signing?: {
    readonly verify: ReceiptVerifier;
    readonly keys: () => Promise<readonly SecretValue[]>;
  };
}

/** The receipts of one call, and the part of its path that names the message. */
export interface ReceiptCommand {
  readonly path: string;
  readonly receipts: readonly Receipt[];
  /** Whether the provider's signature was checked and is its own. */
  readonly isGenuine: boolean;
}

/**
 * What became of a call.
 *
 * - `settled`: what the provider signed was believed. - `noted`: the provider will be asked about the message. - `nothing-new`: the ledger knows already, or learns nothing.
 * - `not-found`: no message has this path. - `again`: the ledger could not be written; the same call later may work.
 */
export type ReceiptResult = 'settled' | 'noted' | 'nothing-new' | 'not-found' | 'again';
