import { PROVIDERS } from '../../providers/contract.ts';
import type { Log } from '../log.ts';
import type { Situation } from './contract.ts';
import { ENV } from './reader-contract.ts';
import { gatherFacts } from './gather.ts';
import { createSources, list, type SourcesOptions } from './real-sources.ts';
import { situationOf } from './situation.ts';

/** Finds out where a room stands, as a function whose environment says where to read. */
export const createLook = (options: SourcesOptions & { readonly log: Log }): (() => Promise<Situation>) => {
  const { policy, environment, clock, log } = options;
  const sources = createSources(options);
  const egressAddresses = list(environment, ENV.egressAddresses);
  const lagMs = PROVIDERS[policy.provider]?.counting?.lagMs ?? 0;
  return async () => situationOf(await gatherFacts(sources, { now: clock.now(), policy, lagMs, egressAddresses }, log));
};
