import type { Counting } from '../providers/capabilities.ts';
import type { BalanceState, Foreign, ReconcileState } from '../shared/reconcile-state.ts';
import { accountFor } from './account-for.ts';
import { account, judgeReading, NO_BALANCE_YET } from './compare-balance.ts';
import type { Look, ReconcilePorts } from './ports.ts';

/** Clocks differ: what was sent right after a reading counts as before it, which can only hide and never accuse. */
const CLOCKS_DIFFER_MS = 5000;
/** A reading is taken during a look, and due at one. */
const WITHIN_A_LOOK_MS = 60_000;
/** Readings that wait: so many are taken in three hours. */
const MOST_READINGS = 40;

/**
 * Compares what the account has lost with what our own messages cost.
 *
 * A reading is judged after the provider's lag, once the cost of every message before it is known.
 */
export const lookAtBalance = async (
  ports: ReconcilePorts,
  counting: Extract<Counting, { by: 'balance' }>,
  state: Pick<ReconcileState, 'checkedUntil' | 'startedAt' | 'balance'>,
): Promise<Look> => {
  const read = await ports.balance();
  if (!read.ok) return { kind: 'failed', code: read.code };
  const now = ports.clock.now();
  const { currency, micros } = read.balance;
  const before = state.balance ?? { ...NO_BALANCE_YET, accountedUntil: now - counting.lagMs };
  let balance: BalanceState = {
    ...before,
    readings: [...before.readings, { at: read.at, micros }].slice(-MOST_READINGS),
  };
  let { checkedUntil } = state;
  const foreign: Foreign[] = [];
  for (const reading of balance.readings) {
    if (reading.at > now - counting.lagMs + WITHIN_A_LOOK_MS && balance.base !== null) break;
    const until = reading.at + CLOCKS_DIFFER_MS;
    if (until > balance.accountedUntil)
      balance = account(balance, await accountFor(ports, balance.accountedUntil, until));
    // What it cost is not known yet: the next look goes on from here.
    if (balance.accountedUntil < until) break;
    const since = balance.base === null ? reading.at : checkedUntil;
    const judged = judgeReading(balance, reading, counting);
    if (judged.result !== 'compared') ports.log.info('balance taken as the new base', { reason: judged.result });
    if (judged.surplus > 0) {
      foreign.push({ id: null, at: since, country: null, from: null, micros: judged.surplus, currency });
    }
    balance = judged.state;
    checkedUntil = Math.max(checkedUntil, reading.at);
  }
  return { kind: 'compared', foreign, next: { checkedUntil, last: null, counted: [], balance } };
};
