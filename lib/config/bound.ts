import { moneyText } from './money.ts';

/** What something can cost at most, and by which options; or that nothing bounds it, why, and what would. */
export type Bound =
  | {
      readonly kind: 'at-most';
      /** Millionths of the currency. */
      readonly micros: number;
      /** Names of the options that bound it. */
      readonly by: readonly string[];
    }
  | {
      readonly kind: 'not-bounded';
      readonly because: string;
      /** The option that would bound it. */
      readonly option: string;
    };

export const atMost = (micros: number, ...by: readonly string[]): Bound => ({ kind: 'at-most', micros, by });

export const notBounded = (because: string, option: string): Bound => ({ kind: 'not-bounded', because, option });

/** The smallest, of which each holds by itself. What does not bound anything is outdone by whatever does. */
export const least = (first: Bound, ...others: readonly Bound[]): Bound =>
  others.reduce((best, next) => {
    if (next.kind === 'not-bounded') return best;
    return best.kind === 'not-bounded' || next.micros < best.micros ? next : best;
  }, first);

/** All of them together: as soon as one is not bounded, the sum is not. */
export const sum = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((all, next) => {
    if (all.kind === 'not-bounded') return all;
    if (next.kind === 'not-bounded') return next;
    return atMost(all.micros + next.micros, ...new Set([...all.by, ...next.by]));
  }, atMost(0));

/** So many of them, one after the other. */
export const times = (bound: Bound, count: number): Bound =>
  bound.kind === 'at-most' ? { ...bound, micros: bound.micros * count } : bound;

/** `at most 4,500.00 EUR (limits.spendPerDay)`, or what would bound it. @param currency ISO 4217 */
export const boundText = (bound: Bound, currency: string | null): string =>
  bound.kind === 'at-most'
    ? `at most ${moneyText(bound.micros, currency)} (${bound.by.join(', ')})`
    : `not bounded: ${bound.because}; ${bound.option} would bound it`;
