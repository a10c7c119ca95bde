import type { Clock } from '../clock.ts';
import type { RoomPolicy } from '../contract.ts';
import type { KeyReader } from '../key-reader.ts';
import type { Log } from '../log.ts';
import type { MessageLedger } from '../message-ledger.ts';
import type { MessagingProvider } from '../messaging-provider.ts';
import type { Metrics } from '../metrics.ts';
import type { OptOuts } from '../opt-outs.ts';
import type { Pepper } from '../pepper.ts';
import type { ProviderHealth } from '../provider-health.ts';
import type { RetryQueue } from '../retry-queue.ts';
import type { SenderPace } from '../sender-pace.ts';

/** What taking a message to the provider needs from the outside, whoever does it. */
export interface DeliveryPorts {
  readonly room: RoomPolicy;
  readonly clock: Clock;
  readonly ledger: MessageLedger;
  readonly keys: KeyReader;
  /** `undefined` while the pepper cannot be read: nothing can be told apart without it, so nothing is sent. */
  readonly hashes: () => Promise<Pepper | undefined>;
  readonly optOuts: OptOuts;
  readonly provider: MessagingProvider;
  readonly health: ProviderHealth;
  readonly pace: SenderPace;
  readonly queue: RetryQueue;
  /** Where the provider's receipts go, without the part that names the message; `null` where it sends none. */
  readonly receiptUrl: string | null;
  readonly metrics: Metrics;
  readonly log: Log;
  /** A name no other attempt has. */
  readonly newAttempt: () => string;
  /** From 0 to below 1. */
  readonly random: () => number;
}
