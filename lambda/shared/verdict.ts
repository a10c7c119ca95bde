/**
 * Whether somebody sends through our door or with our key.
 *
 * - `pumped`: the provider has what we sent and no more: freeze the app or the country; revoking the key stops everybody
 *   for nothing.
 * - `leaked`: the provider has more: revoke the key; freezing our door does not stop a thief.
 * - `undecided`: not known yet, for the reason given.
 */
export type Verdict =
  | { readonly verdict: 'pumped' | 'leaked' }
  | {
      readonly verdict: 'undecided';
      readonly because: 'never-compared' | 'within-lag' | 'stale' | 'use-elsewhere-is-known';
    };

/** What a verdict is derived from. Moments in milliseconds since the epoch. */
export interface Evidence {
  readonly now: number;
  /** When it began: the first moment of what is to be judged. */
  readonly since: number;
  /** Everything the provider took before this moment is compared with the ledger; `null` before the first comparison. */
  readonly comparedUntil: number | null;
  /** What the provider has in that time, and how much of it is ours: messages, or money, in one unit. */
  readonly provider: number;
  readonly ours: number;
  /** How long after a send the provider may not show it yet. */
  readonly lagMs: number;
  /** Whether others are expected to send with the account at this time. */
  readonly othersAreExpected: boolean;
}

/** Looks are 5 minutes apart: after two that failed nobody knows any more. */
const LOOKS_MS = 15 * 60_000;

/**
 * The first question when something is wrong, answered from counts alone.
 *
 * A surplus stands however old it is: what was found does not go away. That there is none counts only once the
 * comparison has reached what is to be judged.
 */
export const verdictOf = (evidence: Evidence): Verdict => {
  const { now, since, comparedUntil, lagMs } = evidence;
  if (comparedUntil === null) return { verdict: 'undecided', because: 'never-compared' };
  if (evidence.provider > evidence.ours) {
    return evidence.othersAreExpected
      ? { verdict: 'undecided', because: 'use-elsewhere-is-known' }
      : { verdict: 'leaked' };
  }
  if (now - comparedUntil > lagMs + LOOKS_MS) return { verdict: 'undecided', because: 'stale' };
  if (since >= comparedUntil) return { verdict: 'undecided', because: 'within-lag' };
  return { verdict: 'pumped' };
};
