import type { Channel } from '../shared/contract.ts';
import type { ListedMessage } from '../shared/records-command.ts';
import type { SentMessage } from '../shared/sent-index.ts';

/** A provider's list of a window, and what the ledger has of it and of the minutes around. */
export interface Compared {
  readonly listed: readonly ListedMessage[];
  readonly ours: readonly SentMessage[];
  /** From when on the list is judged: what is older is there only to explain, and was judged before. */
  readonly judgedFrom: number;
  /** Until when the list goes. */
  readonly until: number;
  /** Channels that the list covers. */
  readonly channels: readonly Channel[];
}

/** What a comparison came to. */
export interface Comparison {
  /** At the provider and not ours. */
  readonly foreign: readonly ListedMessage[];
  /** At the provider: judged in all. */
  readonly provider: number;
  /** Ours, and not in the list although the provider took them. */
  readonly missing: number;
}

/** Clocks of ours and of the provider's differ, and theirs may be kept in whole seconds. */
export const CLOCKS_DIFFER_MS = 60_000;

/**
 * Finds what is at the provider and not ours.
 *
 * By id: the provider's own, or the one we chose where it keeps that. An id of ours explains one message that was taken:
 * of all attempts of a message at most the last one was, so that a second one under the same id is somebody else's.
 *
 * What is left may be a message of ours whose answer was lost: it has no id that we know. Each of those explains one
 * message to the same country with the same last digits, taken while its attempt held the lease; the earliest first, so
 * that every look decides the same.
 */
export const compareList = ({ listed, ours, judgedFrom, until, channels }: Compared): Comparison => {
  const inOrder = [...listed].sort(byMoment);
  const byProviderId = new Set(ours.flatMap(({ providerMessageId }) => providerMessageId ?? []));
  const byOurId = new Map(ours.map((message) => [message.id, message]));
  const explained = new Set<string>();
  const seen = new Set<string>();

  const isOurs = (message: ListedMessage): boolean => {
    if (byProviderId.has(message.providerMessageId)) {
      if (message.ourId !== null) explained.add(message.ourId);
      return true;
    }
    const { ourId } = message;
    if (ourId === null || !byOurId.has(ourId)) return false;
    // A refusal was no message; it leaves the id to the attempt that came after.
    if (message.state === 'rejected') return true;
    if (explained.has(ourId) || byOurId.get(ourId)?.providerMessageId != null) return false;
    explained.add(ourId);
    return true;
  };
  const unmatched = inOrder.filter((message) => {
    if (seen.has(message.providerMessageId)) return false;
    seen.add(message.providerMessageId);
    return !isOurs(message);
  });

  const lost = ours.filter((message) => isLost(message) && !explained.has(message.id));
  const foreign = unmatched.filter((message) => {
    const place = lost.findIndex((each) => mayBe(each, message));
    if (place < 0) return true;
    lost.splice(place, 1);
    return false;
  });
  const isJudged = (message: ListedMessage): boolean => momentOf(message) >= judgedFrom;
  const judged = new Set(inOrder.filter(isJudged).map(({ providerMessageId }) => providerMessageId));
  return {
    foreign: foreign.filter(isJudged),
    provider: judged.size,
    missing: ours.filter(
      (message) =>
        TAKEN.includes(message.state) &&
        channels.includes(message.channel) &&
        message.sentAt >= judgedFrom &&
        message.sentAt < until - CLOCKS_DIFFER_MS &&
        !seen.has(message.providerMessageId ?? ''),
    ).length,
  };
};

/** The provider said that it has it. */
const TAKEN: readonly SentMessage['state'][] = ['accepted', 'delivered', 'undelivered'];

/** Nobody knows whether it was sent, and nobody knows what the provider calls it. */
const isLost = ({ state, providerMessageId }: SentMessage): boolean =>
  providerMessageId === null && (state === 'unknown' || state === 'sending');

const mayBe = (lost: SentMessage, message: ListedMessage): boolean =>
  message.ourId === null &&
  lost.channel === message.channel &&
  lost.lastTwo === message.lastTwo &&
  (message.country === null || lost.country === message.country) &&
  momentOf(message) >= lost.sentAt - CLOCKS_DIFFER_MS &&
  momentOf(message) <= lost.leaseUntil + CLOCKS_DIFFER_MS;

/** One without a moment is as new as can be: it is judged. */
const momentOf = ({ acceptedAt }: ListedMessage): number => acceptedAt ?? Infinity;

const byMoment = (a: ListedMessage, b: ListedMessage): number =>
  compare(momentOf(a), momentOf(b)) || (a.providerMessageId < b.providerMessageId ? -1 : 1);

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
