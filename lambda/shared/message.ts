import type { components } from '../api/types.ts';
import { iso } from './clock.ts';
import type { Channel } from './contract.ts';
import { type Cost, toMoney } from './money.ts';
import { maskNumber } from './phone.ts';

export type Message = components['schemas']['Message'];

/**
 * Where a message stands in the ledger.
 *
 * - `sending`: an attempt holds the lease. Once the lease has passed nobody knows the outcome any more.
 * - `not-sent`: the provider definitely did not take it; the same key may claim it again until `validUntil`.
 */
export type RecordState = 'sending' | 'accepted' | 'rejected' | 'not-sent' | 'expired' | 'unknown';

/** A message as the ledger keeps it: neither its text nor its number. All moments in milliseconds since the epoch. */
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
  readonly country: string;
  readonly lastTwo: string;
  readonly numberHash: string;
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
}

/** How long a message and its idempotency key are kept (interfaces: 7 days). */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** From when on a record counts as absent, in seconds since the epoch; it is deleted some time after. */
export const forgottenAt = ({ createdAt }: Pick<MessageRecord, 'createdAt'>): number =>
  Math.floor(createdAt / 1000) + KEPT_SECONDS;

/** Whether a record that is still there counts as absent. */
export const isForgotten = (record: MessageRecord, now: number): boolean =>
  forgottenAt(record) <= Math.floor(now / 1000);

/** Providers report receipts for at most a day; what is unknown by then stays so. */
export const SETTLES_WITHIN_MS = 24 * 60 * 60 * 1000;

const SAME_KEY = 'not sent yet: repeat the request with the same Idempotency-Key';
const NO_OUTCOME = 'the outcome was never recorded: the message may have been sent';

/** The record as time has changed it: an attempt that outlived its lease, a message nobody sent in time. */
const settled = (record: MessageRecord, now: number): MessageRecord => {
  if (record.state === 'sending' && now >= record.leaseUntil) {
    const settlesBy = record.leaseUntil + SETTLES_WITHIN_MS;
    return { ...record, state: 'unknown', settlesBy, reason: record.reason ?? NO_OUTCOME };
  }
  return record.state === 'not-sent' && now >= record.validUntil ? { ...record, state: 'expired' } : record;
};

/** The record as the API shows it at the given moment. */
export const toMessage = (record: MessageRecord, now: number): Message => {
  const { state, settlesBy, ...shown } = settled(record, now);
  return {
    id: shown.id,
    // The API's word for what may still be sent; here it waits for the app's own repeat.
    status: state === 'not-sent' ? 'queued' : state,
    final: state === 'rejected' || state === 'expired',
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
    reason: state === 'not-sent' ? [SAME_KEY, shown.reason].filter(Boolean).join('; ') : shown.reason,
  };
};
