import { describeError, type Log } from '../log.ts';
import type { Fact } from './contract.ts';
import type { Facts } from './facts.ts';
import type { Sources } from './sources.ts';

/** What is known beforehand. */
export type Beforehand = Pick<Facts, 'now' | 'policy' | 'lagMs' | 'egressAddresses'>;

/**
 * Asks every source at once; of one that fails only the code of its error is told.
 *
 * As slow as the slowest source, so each has to give up by itself.
 */
export const gatherFacts = async (sources: Sources, beforehand: Beforehand, log: Log): Promise<Facts> => {
  const ask = async <T>(source: keyof Sources, call: () => Promise<T>): Promise<Fact<T>> => {
    try {
      return { known: await call() };
    } catch (error: unknown) {
      const described = describeError(error);
      log.warn('source not read', { reason: source, ...described });
      return { notKnown: described.code ?? 'it failed' };
    }
  };
  const [room, apps, counts, alarms, reconcile, credentials, waiting, pager, drill] = await Promise.all([
    ask('room', sources.room),
    ask('apps', sources.apps),
    ask('counts', sources.counts),
    ask('alarms', sources.alarms),
    ask('reconcile', sources.reconcile),
    ask('credentials', sources.credentials),
    ask('waiting', sources.waiting),
    ask('pager', sources.pager),
    ask('drill', sources.drill ?? (() => Promise.resolve(null))),
  ]);
  return { ...beforehand, room, apps, counts, alarms, reconcile, credentials, waiting, pager, drill };
};
