import type { components } from '../api/types.ts';
import type { DeliveryPorts } from '../shared/delivery/ports.ts';
import type { Message } from '../shared/message.ts';
import type { Problem } from '../shared/problem.ts';
import type { UnitsResult } from '../shared/unit-ledger.ts';

/** What sending a message needs from the outside. */
export type SendPorts = DeliveryPorts;

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

/** What a message came to. Expected refusals are values, not exceptions. */
export type SendResult = Outcome & {
  /** What the request took from the limits, where it came that far; without what went back. */
  readonly units?: UnitsResult;
};

type Outcome =
  /** `replayed`: the request was seen before, and this is where it stands. */
  | { readonly kind: 'message'; readonly replayed: boolean; readonly message: Message }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What a request came to: a message, or the report of a dry run. */
export type RequestResult = SendResult | { readonly kind: 'dry-run'; readonly report: components['schemas']['DryRun'] };
