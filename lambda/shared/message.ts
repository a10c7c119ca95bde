import type { components } from '../api/types.ts';
import { iso } from './clock.ts';
import type { Channel } from './contract.ts';
import { type Cost, toMoney } from './money.ts';
import { maskNumber } from './phone.ts';
import type { Take } from './unit-ledger.ts';

export type Message = components['schemas']['Message'];
export type Category = NonNullable<components['schemas']['SendRequest']['category']>;

/**
 * Where a message stands in the ledger.
 *
 * - `sending`: an attempt holds the lease. Once the lease has passed nobody knows the outcome any more.
 * - `queued`: the provider definitely did not take it yet; the room tries again until `validUntil`.
 * - `unknown`: it may have been sent, and is never sent again.
 */
export type RecordState = Message['status'];

/** A message as the ledger keeps it. All moments in milliseconds since the epoch. */
export interface MessageRecord {
  readonly id: string;
  readonly app: string;
  readonly state: RecordState;
  /** Keyed hash of the request body. */
  readonly bodyHash: string;
  /** Names the attempt that holds the lease: every later write of it is conditioned on this. */
  readonly attempt: string;
  /** Fencing number: how often the message was claimed. */
  readonly fence: number;
  readonly leaseUntil: number;
  readonly channel: Channel;
  readonly category: Category;
  readonly country: string;
  readonly lastTwo: string;
  /** Keyed hash of the number; `null` once it was erased. */
  readonly numberHash: string | null;
  readonly from: string;
  readonly reference: string | null;
  /** `null` where the channel has none. */
  readonly segments: number | null;
  /** What it costs at most if it is sent; `null` where the room has no price for it. */
  readonly cost: Cost | null;
  readonly validUntil: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly provider: string;
  readonly providerMessageId: string | null;
  readonly reason: string | null;
  /** Version of the secret whose key the last call used; `null` before any call, and in a sandbox room. */
  readonly versionId: string | null;
  /** When an unknown outcome will be settled at the latest. */
  readonly settlesBy: number | null;
  /**
   * What only the room can open (see `ContentSeal`): the number while nobody knows what became of the message, the
   * content with it while the message is queued; `null` as soon as neither is needed.
   */
  readonly sealed: string | null;
  /** What the secret of the message's receipt path is checked by; `null` where the provider sends no receipts. */
  readonly receiptHash: string | null;
  /** The id that a receipt named for a message whose own answer was lost. Anybody's claim until the provider confirms it. */
  readonly claimedMessageId?: string;
  /** When a receipt came while the attempt was still at it: then the provider is asked as soon as it is over. */
  readonly receiptAt?: number;
  /** Units that go back if the message ends without having been sent; none once that cannot be. */
  readonly takes: readonly Take[];
  /** When the next attempt is due; `null` unless queued. */
  readonly nextAttemptAt: number | null;
  /** Whether a place of its sender is reserved for the next attempt (see `SenderPace`). @default - none */
  readonly hasPlace?: boolean;
  /** When somebody has to look at the message although nothing happened; `null` where nothing is left to do. */
  readonly dueAt: number | null;
}

/** How long a message and its idempotency key are kept (interfaces: 7 days). */
export const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** From when on a record counts as absent, in seconds since the epoch; it is deleted some time after. */
export const forgottenAt = ({ createdAt }: Pick<MessageRecord, 'createdAt'>): number =>
  Math.floor(createdAt / 1000) + KEPT_MS / 1000;

/** Whether a record that is still there counts as absent. */
export const isForgotten = (record: MessageRecord, now: number): boolean =>
  forgottenAt(record) <= Math.floor(now / 1000);

/** Providers report receipts for at most a day; what is unknown by then stays so. */
export const SETTLES_WITHIN_MS = 24 * 60 * 60 * 1000;

const TRIED_AGAIN = 'not sent yet: the room tries again until validUntil';
/** Why an outcome is unknown where the attempt itself could not say. */
export const NO_OUTCOME = 'the outcome was never recorded: the message may have been sent';

/** The record as time has changed it: an attempt that outlived its lease. Only the ledger says that one expired. */
const settled = (record: MessageRecord, now: number): MessageRecord => {
  if (record.state === 'sending' && now >= record.leaseUntil) {
    const settlesBy = record.leaseUntil + SETTLES_WITHIN_MS;
    return { ...record, state: 'unknown', settlesBy, reason: record.reason ?? NO_OUTCOME };
  }
  return record;
};

const FINAL: readonly RecordState[] = ['delivered', 'undelivered', 'rejected', 'expired'];

/** Whether nothing more will be heard of a message. An unknown that is not due any more stays one. */
const isFinal = ({ state, dueAt }: MessageRecord): boolean =>
  FINAL.includes(state) || (state === 'unknown' && dueAt === null);

/** The record as the API shows it at the given moment. */
export const toMessage = (record: MessageRecord, now: number): Message => {
  const shown = settled(record, now);
  const { state, settlesBy } = shown;
  return {
    id: shown.id,
    status: state,
    final: isFinal(shown),
    safeToResend: state === 'rejected' || state === 'expired',
    settlesBy: settlesBy === null ? null : iso(settlesBy),
    channel: shown.channel,
    to: maskNumber(shown.country, shown.lastTwo),
    from: shown.from,
    reference: shown.reference,
    segments: shown.segments,
    cost: shown.cost === null || state === 'rejected' || state === 'expired' ? null : toMoney(shown.cost),
    validUntil: iso(shown.validUntil),
    createdAt: iso(shown.createdAt),
    updatedAt: iso(shown.updatedAt),
    provider: { name: shown.provider, messageId: shown.providerMessageId },
    reason: state === 'queued' ? [TRIED_AGAIN, shown.reason].filter(Boolean).join('; ') : shown.reason,
  };
};
