import type { Clock } from '../shared/clock.ts';
import type { EventBus } from '../shared/event-bus.ts';
import type { InboundFormat, InboundMessage } from '../shared/inbound.ts';
import type { InboundPassed } from '../shared/inbound-passed.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { OptOuts, OwnSource } from '../shared/opt-outs.ts';
import type { ReceiptVerifier } from '../shared/receipt.ts';
import type { SecretValue } from '../shared/secret-value.ts';
import type { InboundReceived } from './inbound-received.ts';

/** What taking in what people write needs from the outside. No way to the provider, and no message. */
export interface InboundPorts {
  readonly room: string;
  readonly provider: string;
  /** Where the door is. */
  readonly region: string;
  /** Whether events tell numbers and texts. */
  readonly isFull: boolean;
  readonly format: InboundFormat;
  readonly optOuts: Pick<OptOuts, 'find' | 'add' | 'liftOwn'>;
  readonly passed: InboundPassed;
  readonly bus: EventBus<InboundReceived>;
  /** @returns undefined while the pepper cannot be read */
  readonly hashes: () => Promise<Pick<KeyedHash, 'number' | 'inboundSecret'> | undefined>;
  /** @default - nothing that is signed can be checked: the path alone says who calls */
  readonly signing?: {
    readonly verify: ReceiptVerifier;
    readonly keys: () => Promise<readonly SecretValue[]>;
  };
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The messages of one call that came by the right path. */
export interface InboundCommand {
  readonly messages: readonly InboundMessage[];
  readonly hashOf: (e164: string) => string;
  /** Whether the provider's signature was checked and is its own. */
  readonly isGenuine: boolean;
  /** Whose opt-outs a word to send again lifts; none where it is not believed. */
  readonly startLifts: readonly OwnSource[];
}

/**
 * What became of a call.
 *
 * - `passed-on`: it has messages that were not told before. - `nothing-new`: all were. - `not-found`: this is not the room's
 * path. - `unreadable`: these are no messages of the provider. - `again`: the same call later may work.
 */
export type InboundResult = 'passed-on' | 'nothing-new' | 'not-found' | 'unreadable' | 'again';
