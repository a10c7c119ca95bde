import type { Surplus } from '../reconcile-state.ts';
import { valueOf } from './fact.ts';
import type { Facts } from './facts.ts';

/**
 * A surplus, held against the key that sends now. Moments in milliseconds since the epoch.
 *
 * - `open`: the key is used elsewhere.
 * - `settling`: the key was replaced; what was found since may have been sent with the old one before it died.
 * - `ended`: nothing was found that the key of now could have sent.
 */
export type SurplusNow = Surplus &
  (
    | { readonly state: 'open' }
    | { readonly state: 'settling' | 'ended'; readonly replacedAt: number; readonly settledAt: number }
  );

/** An old key dies within minutes after the new one is made, and looks are 5 minutes apart. */
const SETTLING_MS = 10 * 60_000;

/** What of the surplus is still to be answered: a key that is known to be dead need not be revoked again. `null`: none. */
export const surplusNow = (facts: Pick<Facts, 'reconcile' | 'credentials' | 'lagMs' | 'now'>): SurplusNow | null => {
  const state = valueOf(facts.reconcile);
  const surplus = state === undefined || state === 'not-compared' ? null : state.surplus;
  if (surplus === null) return null;
  const { current, draining } = valueOf(facts.credentials)?.sending ?? { current: null, draining: 0 };
  if (current === null || draining > 0) return { ...surplus, state: 'open' };
  const replacedAt = current.createdAt;
  const settledAt = replacedAt + facts.lagMs + SETTLING_MS;
  if (surplus.lastFoundAt > settledAt) return { ...surplus, state: 'open' };
  const isSettling = surplus.lastFoundAt > replacedAt && facts.now < settledAt;
  return { ...surplus, state: isSettling ? 'settling' : 'ended', replacedAt, settledAt };
};
