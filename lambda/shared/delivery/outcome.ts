import { type MessageRecord, NO_OUTCOME, SETTLES_WITHIN_MS } from '../message.ts';
import type { Change } from '../message-ledger.ts';
import type { MessageContent, SendOutcome } from '../messaging-provider.ts';
import type { Pepper } from '../pepper.ts';
import { nextPull } from '../settlement.ts';
import type { Take } from '../unit-ledger.ts';
import { nextAttemptAt } from './backoff.ts';

/** How an attempt ended: what the provider said, or why it was not asked. */
export type AttemptEnd =
  | SendOutcome
  | { readonly kind: 'expired' }
  /** Its sender is at its pace: it goes at that moment. */
  | { readonly kind: 'paced'; readonly at: number; readonly isReserved: boolean };

/** The ends after which the message is nobody's any more and was never sent: its units go back. */
export const endedUnsent = ({ state }: Pick<MessageRecord, 'state'>): boolean =>
  state === 'rejected' || state === 'expired';

/** Codes of ours and of the adapters. A longer run of digits might be a number that a provider repeated. */
const FIXED_CODE = /^(?!.*\d{5})[a-z][a-z0-9-]{0,59}$/;

/** Why an attempt ended as it did, as a fixed code for the log; `undefined` where the kind says it all. */
export const causeOf = (end: AttemptEnd): string | undefined => {
  if (end.kind === 'accepted' || end.kind === 'expired' || end.kind === 'paced') return undefined;
  const cause = end.kind === 'rejected' ? end.code : end.reason;
  return FIXED_CODE.test(cause) ? cause : 'other';
};

/** What an outcome is written down with. */
export interface Circumstances {
  readonly record: MessageRecord;
  readonly takes: readonly Take[];
  readonly to: string;
  readonly content: MessageContent;
  readonly hashes: Pepper;
  /** Version of the secret whose key was used. */
  readonly versionId: string | null;
  readonly now: number;
  /** From 0 to below 1: spreads what is tried again. */
  readonly random: number;
}

/** What the ledger is to remember of an attempt's end. */
export const settlementOf = (end: AttemptEnd, circumstances: Circumstances): Change => {
  const { record, content, versionId, now } = circumstances;
  const common = { updatedAt: now, versionId };
  switch (end.kind) {
    case 'accepted':
      return {
        ...common,
        ...SETTLED,
        state: 'accepted',
        reason: null,
        providerMessageId: end.providerMessageId,
        dueAt: nextPull(now, now),
      };
    case 'rejected':
      return { ...common, ...SETTLED, state: 'rejected', reason: publicReason(end.code, end.reason, content) };
    case 'expired':
      return { ...common, ...expired() };
    case 'unknown':
      return {
        ...common,
        ...unknown(now),
        reason: publicReason('unknown', end.reason, content),
      };
    default:
      return now >= record.validUntil ? { ...common, ...expired() } : { ...common, ...queued(end, circumstances) };
  }
};

/** What is no longer needed of a message once it is known what became of it. */
const SETTLED = { sealed: null, takes: [], nextAttemptAt: null, dueAt: null } as const;

/** A message whose time passed before the provider took it. */
export const expired = () =>
  ({ ...SETTLED, state: 'expired', reason: 'validUntil passed before the provider took the message' }) as const;

/** A queued message that a deploy took the grant for. */
export const noLongerGranted = () =>
  ({ ...SETTLED, state: 'rejected', reason: 'the room does not grant this message to the app any more' }) as const;

/** A queued message whose recipient opted out meanwhile. */
export const optedOut = () =>
  ({ ...SETTLED, state: 'rejected', reason: 'the recipient opted out before the message was sent' }) as const;

/** A queued message whose recipient is to be forgotten: what it says, and to whom, is gone. */
export const erased = () =>
  ({
    ...SETTLED,
    state: 'rejected',
    reason: 'erased before it was sent, as its recipient was to be forgotten',
  }) as const;

/** What a provider needs to write down what it was asked, before it can be asked about it. */
const RECORDED_AFTER_MS = 2 * 60_000;

/** A message that may have been sent. What is sealed stays as it is: without the number it cannot be looked up. */
const unknown = (since: number) =>
  ({
    state: 'unknown',
    settlesBy: since + SETTLES_WITHIN_MS,
    takes: [],
    nextAttemptAt: null,
    dueAt: since + RECORDED_AFTER_MS,
  }) as const;

/** A message whose attempt ended without anybody hearing of it. */
export const lostOutcome = (leaseUntil: number) => ({ ...unknown(leaseUntil), reason: NO_OUTCOME }) as const;

/** A message of which nobody will know any more whether it was sent. */
export const unsettledForGood = () => ({ ...SETTLED, state: 'unknown' }) as const;

/** An appointment this late may have been lost. */
export const LOST_AFTER_MS = 60_000;

/** A queued message is due when its appointment must have been lost. No appointment is later than `validUntil`. */
export const queuedUntil = (at: number, hasPlace = false) =>
  ({ nextAttemptAt: at, hasPlace, dueAt: at + LOST_AFTER_MS }) as const;

const queued = (
  end: Extract<AttemptEnd, { kind: 'not-sent' | 'key-refused' | 'address-refused' | 'paced' }>,
  { record, takes, to, content, hashes, now, random }: Circumstances,
) => {
  const { id, fence: tries, validUntil } = record;
  const common = { state: 'queued', sealed: hashes.seal(id, { to, content }), takes } as const;
  if (end.kind === 'paced') return { ...common, reason: 'paced', ...queuedUntil(end.at, end.isReserved) };
  const wait = end.kind === 'not-sent' ? end.retryAfterSeconds : undefined;
  const notBefore = wait === undefined ? {} : { notBefore: now + wait * 1000 };
  return {
    ...common,
    reason: publicReason(end.kind, end.reason, content),
    ...queuedUntil(nextAttemptAt({ now, tries, validUntil, random, ...notBefore })),
  };
};

/** Longest piece of a message that a reason may share with it by chance. */
const SHARED_BY_CHANCE = 8;

/**
 * A provider's reason in the form that may be stored and shown: its code, and its words where they quote nothing.
 *
 * Providers like to repeat the number or the text they refuse, and neither may stay in the ledger or in an answer.
 */
export const publicReason = (code: string, reason: string, content: MessageContent): string => {
  const safeCode = code.replaceAll(/[^\w.:-]/g, '').slice(0, 60);
  const words = reason.trim().slice(0, 200);
  const sent = content.kind === 'text' ? [content.text] : content.params;
  const quotesNumber = /\d[\d\s().+-]{3,}\d/.test(words);
  const quotesText = sent.some((text) => sharesPiece(words, text));
  return words === '' || words === code || quotesNumber || quotesText ? safeCode : `${safeCode}: ${words}`;
};

const sharesPiece = (words: string, text: string): boolean => {
  const length = Math.min(SHARED_BY_CHANCE, text.length);
  if (length < 4) return length > 0 && words.split(/\W+/).includes(text);
  for (let i = 0; i + length <= text.length; i++) if (words.includes(text.slice(i, i + length))) return true;
  return false;
};
