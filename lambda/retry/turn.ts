import type { AttemptEnd } from '../shared/delivery/outcome.ts';
import type { Gate } from '../shared/provider-health.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { Share } from '../shared/retry-budget.ts';
import type { RetryPorts } from './ports.ts';

/** Whether a message that waited may go now. */
export type RetryTurn =
  | { readonly kind: 'go'; readonly share?: Extract<Share, { kind: 'granted' }> }
  /** @property until the earliest moment. @property hasPlace whether a place of the sender is reserved for then */
  | { readonly kind: 'wait'; readonly why: string; readonly until: number; readonly hasPlace?: boolean }
  | { readonly kind: 'too-late' };

/** Those that the budget puts off come back over so long, not all at once. */
const SPREAD_MS = 30_000;

/**
 * Asks the breaker, then the budget and the sender's pace at once.
 *
 * Whoever tries for all whether the provider is back asks nobody else: to be put off then would make all others wait.
 */
export const turnOf = async (ports: RetryPorts, record: MessageRecord): Promise<RetryTurn> => {
  const gate: Gate = await ports.health.admit();
  if (gate.kind === 'open') return { kind: 'wait', why: 'breaker-open', until: gate.until };
  if (gate.isProbe) return { kind: 'go' };
  const [share, place] = await Promise.all([
    ports.budget.take(record.category),
    record.hasPlace ? FREE : ports.pace.take(record),
  ]);
  if (share.kind === 'spent') {
    if (place.kind === 'taken') await place.giveBack();
    return { kind: 'wait', why: 'retry-budget', until: share.until + ports.random() * SPREAD_MS };
  }
  if (place.kind !== 'full') return { kind: 'go', share };
  await share.giveBack();
  const turn = await ports.pace.reserve(record);
  return turn.kind === 'too-late' ? turn : { kind: 'wait', why: 'paced', until: turn.at, hasPlace: turn.isReserved };
};

const FREE = { kind: 'free' } as const;

/** The provider answered, or was not asked: this retry did not add to its trouble. */
export const costsNothing = ({ kind }: AttemptEnd, calls: number): boolean =>
  calls === 0 || kind === 'accepted' || kind === 'rejected';
