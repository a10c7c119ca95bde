import { SETTLES_WITHIN_MS } from '../shared/message.ts';
import type { Settlement } from '../shared/message-ledger.ts';
import type { MessageContent, SendOutcome } from '../shared/messaging-provider.ts';
import type { SendingKey } from '../shared/key-reader.ts';

/** How an attempt ended: what the provider said, or why it was not asked. */
export type AttemptEnd = SendOutcome | { readonly kind: 'expired' };

/** The units of an attempt are given back only where it is certain that nobody was messaged. */
export const nothingSent = (end: AttemptEnd): boolean => end.kind !== 'accepted' && end.kind !== 'unknown';

/** Codes of ours and of the adapters. A longer run of digits might be a number that a provider repeated. */
const FIXED_CODE = /^(?!.*\d{5})[a-z][a-z0-9-]{0,59}$/;

/** Why an attempt ended as it did, as a fixed code for the log; `undefined` where the kind says it all. */
export const causeOf = (end: AttemptEnd): string | undefined => {
  if (end.kind === 'accepted' || end.kind === 'expired') return undefined;
  const cause = end.kind === 'rejected' ? end.code : end.reason;
  return FIXED_CODE.test(cause) ? cause : 'other';
};

/** What the ledger is to remember of an attempt's end. */
export const settlementOf = (end: AttemptEnd, key: SendingKey, content: MessageContent, now: number): Settlement => {
  const common = { updatedAt: now, versionId: key.versionId, providerMessageId: null, reason: null, settlesBy: null };
  switch (end.kind) {
    case 'accepted':
      return { ...common, state: 'accepted', providerMessageId: end.providerMessageId };
    case 'rejected':
      return { ...common, state: 'rejected', reason: publicReason(end.code, end.reason, content) };
    case 'expired':
      return { ...common, state: 'expired', reason: 'validUntil passed before the provider took the message' };
    case 'unknown':
      return {
        ...common,
        state: 'unknown',
        reason: publicReason('unknown', end.reason, content),
        settlesBy: now + SETTLES_WITHIN_MS,
      };
    default:
      return { ...common, state: 'not-sent', reason: publicReason(end.kind, end.reason, content) };
  }
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
