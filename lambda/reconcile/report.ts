import type { Counting } from '../providers/capabilities.ts';
import { iso } from '../shared/clock.ts';
import type { Learning, ReconcileState } from '../shared/reconcile-state.ts';
import type { ReconcileReport } from './contract.ts';

const DAY_MS = 24 * 3_600_000;

/** What the comparisons came to, as people read it. */
export const reportOf = (
  state: ReconcileState | undefined,
  provider: string,
  counting: Counting,
  now: number,
  prices: ReconcileReport['prices'],
): ReconcileReport => {
  const { surplus, learning } = state ?? { surplus: null, learning: null };
  return {
    provider,
    comparedUntil: state === undefined ? null : iso(state.checkedUntil),
    lagSeconds: counting.lagMs / 1000,
    last: state?.last ?? null,
    surplus: surplus && {
      messages: surplus.count,
      micros: surplus.micros,
      currency: surplus.currency,
      countries: surplus.countries,
      since: iso(surplus.since),
      lastFoundAt: iso(surplus.lastFoundAt),
    },
    prices,
    adoption: learning && adoptionOf(learning, surplus?.lastFoundAt ?? 0, now),
  };
};

const adoptionOf = (learning: Learning, foundAt: number, now: number): ReconcileReport['adoption'] => {
  const senders = Object.entries(learning.senders);
  const last = Math.max(learning.since, foundAt, ...senders.map(([, { lastAt }]) => lastAt));
  return {
    since: iso(learning.since),
    until: iso(learning.until),
    isOn: now < learning.until,
    idleDays: Math.max(0, Math.floor((now - last) / DAY_MS)),
    senders: senders.map(([sender, { count, micros, lastAt }]) => ({
      sender,
      messages: count,
      micros,
      lastAt: iso(lastAt),
    })),
  };
};
