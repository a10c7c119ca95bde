import type { Clock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import type { KeyReader } from '../shared/key-reader.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { Log } from '../shared/log.ts';
import type { Message } from '../shared/message.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import type { MessagingProvider } from '../shared/messaging-provider.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Problem } from '../shared/problem.ts';
import type { UnitsResult } from '../shared/unit-ledger.ts';

/** What sending a message needs from the outside. */
export interface SendPorts {
  readonly room: RoomPolicy;
  readonly clock: Clock;
  readonly ledger: MessageLedger;
  readonly keys: KeyReader;
  /** `undefined` while the pepper cannot be read: nothing can be told apart without it, so nothing is sent. */
  readonly hashes: () => Promise<KeyedHash | undefined>;
  readonly provider: MessagingProvider;
  readonly metrics: Metrics;
  readonly log: Log;
  /** A name no other attempt has. */
  readonly newAttempt: () => string;
}

/** One request of one app. */
export interface SendCommand {
  readonly app: string;
  readonly idempotencyKey: string;
  /** The parsed body, not yet validated. */
  readonly body: unknown;
  readonly requestId: string;
  /** Moment on the monotonic clock by which the answer must be given. */
  readonly deadline: number;
}

/** What a request came to. Expected refusals are values, not exceptions. */
export type SendResult = Outcome & {
  /** What the request took from the limits, where it came that far. */
  readonly units?: UnitsResult;
};

type Outcome =
  /** `replayed`: the request was seen before, and this is where it stands. */
  | { readonly kind: 'message'; readonly replayed: boolean; readonly message: Message }
  | { readonly kind: 'problem'; readonly problem: Problem };
