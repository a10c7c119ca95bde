import { METRICS } from '../shared/contract.ts';
import { begun, type Foreign, type ReconcileState, type Surplus } from '../shared/reconcile-state.ts';
import { learnt } from './learning.ts';
import { lookAtBalance } from './look-at-balance.ts';
import { lookAtList } from './look-at-list.ts';
import type { ReconcilePorts } from './ports.ts';

const { names } = METRICS;

/** What is found stays in the metric for so long, so that a leak is one page and not one every five minutes. */
const SHOWN_MS = 3_600_000;
/** A surplus to which nothing is added for so long is over; its messages stay noted. */
const OVER_MS = 24 * 3_600_000;
/** Foreign messages noted one by one in a look: all are counted, and these are enough to see what they are. */
const MOST_NOTED = 200;

/** What a look came to, for whoever invoked it. */
export type Looked =
  | { readonly kind: 'compared'; readonly foreign: number }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'no-key' }
  | { readonly kind: 'overtaken' };

/**
 * Looks once whether the provider has more than the room sent.
 *
 * 1. Read what the last look left.
 * 2. Compare the provider's list or its balance with the ledger.
 * 3. Note what is foreign, message by message; then what all came to.
 * 4. Count: what was found in the last hour, and how far behind the comparison is.
 *
 * A look that dies after the second step is repeated by the next one, which finds the same.
 */
export const reconcile = async (ports: ReconcilePorts): Promise<Looked> => {
  const { clock, store, metrics, log, counting } = ports;
  const before = await store.read();
  const now = clock.now();
  const state = before ?? begun(now);
  const look = await (counting.by === 'list'
    ? lookAtList(ports, counting, state)
    : lookAtBalance(ports, counting, state));
  if (look.kind === 'failed' && before === undefined && look.code === 'credential-absent') {
    // A room that never had a key has nothing to lose.
    metrics.emit({ [names.reconcileAgeSeconds]: 0, [names.surplus]: 0 });
    return { kind: 'no-key' };
  }
  const foreign = look.kind === 'compared' ? look.foreign : [];
  const known = state.learning !== null && now < state.learning.until;
  for (const message of foreign.slice(0, MOST_NOTED)) {
    if (message.id !== null) await store.note({ ...message, id: message.id });
  }
  const next: ReconcileState = {
    ...afterwards(state, known ? [] : foreign, now),
    learning: state.learning && (known ? learnt(state.learning, foreign, now) : state.learning),
    ...(look.kind === 'compared' && look.next),
  };
  if (!(await store.write(next, before))) return { kind: 'overtaken' };

  metrics.emit({
    [names.surplus]: next.found.reduce((sum, { count }) => sum + count, 0),
    [names.knownForeignUse]: known ? foreign.length : 0,
    [names.reconcileAgeSeconds]: Math.round(Math.max(0, now - next.checkedUntil - counting.lagMs) / 1000),
  });
  if (look.kind === 'failed') log.warn('not compared with the provider', { reason: look.code });
  if (foreign.length > 0) log.warn(known ? 'use elsewhere, as expected' : 'surplus found', { count: foreign.length });
  return look.kind === 'failed' ? { kind: 'failed', code: look.code } : { kind: 'compared', foreign: foreign.length };
};

const afterwards = (state: ReconcileState, foreign: readonly Foreign[], now: number): ReconcileState => ({
  ...state,
  lookedAt: now,
  surplus: added(state.surplus, foreign, now),
  found: [
    ...state.found.filter(({ at }) => at > now - SHOWN_MS),
    ...(foreign.length > 0 ? [{ at: now, count: foreign.length }] : []),
  ],
});

const added = (before: Surplus | null, foreign: readonly Foreign[], now: number): Surplus | null => {
  const earlier = before !== null && now - before.lastFoundAt < OVER_MS ? before : null;
  if (foreign.length === 0) return earlier;
  const messages = foreign.filter(({ id }) => id !== null);
  const countries: Record<string, number> = { ...earlier?.countries };
  for (const { country } of messages) countries[country ?? '??'] = (countries[country ?? '??'] ?? 0) + 1;
  return {
    count: (earlier?.count ?? 0) + messages.length,
    micros: (earlier?.micros ?? 0) + foreign.reduce((sum, { micros }) => sum + micros, 0),
    currency: foreign.find(({ currency }) => currency !== null)?.currency ?? earlier?.currency ?? null,
    countries,
    since: Math.min(earlier?.since ?? Infinity, ...foreign.map(({ at }) => at)),
    lastFoundAt: now,
  };
};
