import type { MessageRecord } from './message.ts';
import type { Change } from './message-ledger.ts';
import type { ProviderRecord } from './provider-records.ts';

/** How long after its acceptance the provider is asked about a message, in milliseconds; afterwards never. */
const PULLS = [10 * 60_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000] as const;

/** When to ask next about a message that was accepted at a moment and has come to no end; `null` for never again. */
export const nextPull = (acceptedAt: number, now: number): number | null =>
  PULLS.map((after) => acceptedAt + after).find((moment) => moment > now) ?? null;

/**
 * What the provider's own record of a message changes; `undefined` for nothing.
 *
 * Only what may still change is changed, and only forward: an end stays, and what was taken does not become unknown. So
 * however often and in whatever order a provider's records are read, the message ends where the last of them left it.
 *
 * A message that was accepted and refused afterwards is `undelivered`: the app was told that it must not send again, and
 * that stays true. Only where nobody knew anything can a refusal become `rejected`.
 */
export const settlementBy = (
  record: MessageRecord,
  found: Pick<ProviderRecord, 'providerMessageId' | 'state'>,
  now: number,
): Change | undefined => {
  if (record.state !== 'accepted' && record.state !== 'unknown') return undefined;
  const common = { updatedAt: now, providerMessageId: found.providerMessageId, sealed: null, settlesBy: null };
  const { kind, code } = found.state;
  switch (kind) {
    case 'delivered':
      return { ...common, state: 'delivered', reason: null, dueAt: null };
    case 'undelivered':
      return { ...common, state: 'undelivered', reason: code ?? 'undelivered', dueAt: null };
    case 'rejected':
      return record.state === 'accepted'
        ? { ...common, state: 'undelivered', reason: code ?? 'refused', dueAt: null }
        : { ...common, state: 'rejected', reason: code ?? 'refused', dueAt: null };
    default:
      // It has the message, whatever it calls where it stands.
      return record.state === 'accepted'
        ? undefined
        : { ...common, state: 'accepted', reason: null, dueAt: nextPull(now, now) };
  }
};

/**
 * Whether a provider's record can be this message's at all: an id that a receipt named could be another message's.
 *
 * The last two digits are all that is kept of a number in the open.
 */
export const canBe = (record: MessageRecord, found: ProviderRecord): boolean =>
  found.channel === record.channel &&
  found.to.slice(-2) === record.lastTwo &&
  (found.ourId === null || found.ourId === record.id) &&
  (found.acceptedAt === null || found.acceptedAt >= record.createdAt - CLOCKS_DIFFER_MS);

/** Clocks of ours and of the provider's differ, and theirs may be kept in whole seconds. */
const CLOCKS_DIFFER_MS = 60_000;
