import type { BalanceState, Reading } from '../shared/reconcile-state.ts';

/** How finely the provider shows money, and how late it may charge. */
export interface Scale {
  readonly lagMs: number;
  readonly unitMicros: number;
  readonly costUnitMicros: number;
}

/** What our own messages sent from `accountedUntil` until a moment cost. */
export interface Accounted {
  readonly until: number;
  readonly micros: number;
  readonly messages: number;
  /** What others of them may have cost at most. */
  readonly allowance: number;
  /** When the last one was sent of which not even that is known. */
  readonly unpricedAt: number | null;
}

/** What a reading came to. `since`: when the money can have gone at the earliest. */
export interface Judged {
  readonly state: BalanceState;
  /** Millionths that somebody else spent and nobody was told of yet. */
  readonly surplus: number;
  /** `new-base`: nothing could be said about this interval. */
  readonly result: 'compared' | 'new-base' | 'topped-up';
}

/** A base that is younger stays: each new one forgets what is too little to be seen. */
const BASE_MS = 3_600_000;

export const NO_BALANCE_YET: BalanceState = {
  base: null,
  readings: [],
  accountedUntil: 0,
  ours: 0,
  messages: 0,
  allowance: 0,
  unpricedAt: null,
  told: 0,
  recent: [],
};

/** Adds what our own messages cost. */
export const account = (state: BalanceState, accounted: Accounted): BalanceState => ({
  ...state,
  accountedUntil: accounted.until,
  ours: state.ours + accounted.micros,
  messages: state.messages + accounted.messages,
  allowance: state.allowance + accounted.allowance,
  unpricedAt: accounted.unpricedAt ?? state.unpricedAt,
  recent: [...state.recent, { at: accounted.until, micros: accounted.micros + accounted.allowance }],
});

/**
 * Finds what is missing from a balance beyond what our own messages cost.
 *
 * All our messages until the reading are accounted for. Any of the last ones may not have been charged yet, so the
 * difference is never more than what somebody else spent, and catches up later.
 *
 * - Both balances are rounded, and so is the cost of each message: what is less than that together is nothing.
 * - Less is gone than our messages cost, and more so than the lag explains: somebody paid in. The interval says nothing,
 *   and what is on its way at the new base is allowed for.
 * - In a pause longer than the lag nothing is on its way: the balance becomes the new base, so that roundings do not
 *   add up.
 * - A message whose cost nobody knows makes the readings useless until the lag after it has passed.
 */
export const judgeReading = (state: BalanceState, reading: Reading, scale: Scale): Judged => {
  const recent = state.recent.filter(({ at }) => at > reading.at - scale.lagMs);
  const onItsWay = recent.reduce((sum, { micros }) => sum + micros, 0);
  const later: BalanceState = { ...state, recent, readings: state.readings.filter(({ at }) => at > reading.at) };
  const rebased: BalanceState = { ...later, base: reading, ours: 0, messages: 0, allowance: onItsWay, told: 0 };
  const { base } = state;
  if (base === null) return { state: rebased, surplus: 0, result: 'new-base' };
  if (state.unpricedAt !== null && base.at < state.unpricedAt + scale.lagMs) {
    return { state: rebased, surplus: 0, result: 'new-base' };
  }
  const missing = base.micros - reading.micros - state.ours - state.allowance - state.told;
  const tolerance = scale.unitMicros + (state.messages * scale.costUnitMicros) / 2;
  if (missing > tolerance) {
    return { state: { ...later, told: state.told + missing }, surplus: missing, result: 'compared' };
  }
  if (missing < -(onItsWay + state.allowance + 2 * tolerance)) {
    return { state: rebased, surplus: 0, result: 'topped-up' };
  }
  const isQuiet = onItsWay === 0;
  return { state: isQuiet && reading.at - base.at >= BASE_MS ? rebased : later, surplus: 0, result: 'compared' };
};
