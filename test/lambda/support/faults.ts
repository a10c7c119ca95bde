import { awsFailure } from './world.ts';

/**
 * What can go wrong at one call to the outside.
 *
 * - `refused`: a definite no. - `lost-request`, `lost-answer`: nobody answers; it happened, or it did not.
 * - `late`: nobody answers, and it happens after everything else is over.
 * - `crash-before`, `crash-after`: the function dies, and nothing of it runs any more.
 */
export const FAULTS = ['refused', 'lost-request', 'lost-answer', 'late', 'crash-before', 'crash-after'] as const;
export type Fault = (typeof FAULTS)[number];

/** After which nobody can know, for a while or for good, whether the call happened. */
export const isAmbiguous = (fault: Fault): boolean => fault !== 'refused';

/** The provider's and the secret's own ways to fail are their turns and reads, not exceptions. */
export const failsByItself = (operation: string): boolean => operation === 'provider' || operation === 'secret';

/** What a fault makes of a call. */
export const strike = <T>(
  fault: Fault | undefined,
  operation: string,
  apply: () => T,
  does: { readonly crash: () => void; readonly later: (apply: () => void) => void },
): Promise<T> => {
  if (fault === undefined) return Promise.resolve(apply());
  if (fault === 'crash-before' || fault === 'crash-after') {
    if (fault === 'crash-after') apply();
    does.crash();
    return new Promise(() => undefined);
  }
  if (failsByItself(operation)) return Promise.resolve(apply());
  if (fault === 'lost-answer') apply();
  if (fault === 'late') does.later(() => void apply());
  return Promise.reject(awsFailure(fault === 'refused' ? 'none' : 'unknown'));
};
