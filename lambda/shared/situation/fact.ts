import type { Fact } from './contract.ts';

/** What is known, otherwise `undefined`: for what can be judged without it. */
export const valueOf = <T>(fact: Fact<T>): T | undefined => ('known' in fact ? fact.known : undefined);

/** Something derived from a fact; of what is not known nothing is derived. */
export const derived = <T, U>(fact: Fact<T>, derive: (value: T) => U): Fact<U> =>
  'known' in fact ? { known: derive(fact.known) } : fact;
