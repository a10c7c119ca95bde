import type { Foreign, ForeignUse, Learning } from '../shared/reconcile-state.ts';

const MOST_SENDERS = 50;
/** What only shows as money comes from nobody in particular. */
export const ACCOUNT = 'account';

/** Adds use of the key elsewhere to what is known of it, by sender. */
export const learnt = (learning: Learning, foreign: readonly Foreign[], now: number): Learning => {
  const senders = new Map<string, ForeignUse>(Object.entries(learning.senders));
  for (const { from, at, micros, id } of foreign) {
    const sender = from ?? ACCOUNT;
    const use = senders.get(sender) ?? { count: 0, micros: 0, lastAt: 0 };
    senders.set(sender, {
      count: use.count + (id === null ? 0 : 1),
      micros: use.micros + micros,
      // Money shows an interval late: until then somebody may have sent.
      lastAt: Math.max(use.lastAt, id === null ? now : at),
    });
  }
  const latest = [...senders].sort(([, a], [, b]) => b.lastAt - a.lastAt).slice(0, MOST_SENDERS);
  return { ...learning, senders: Object.fromEntries(latest) };
};
