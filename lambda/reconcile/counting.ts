import type { Counting } from '../providers/capabilities.ts';
import { PROVIDERS } from '../providers/contract.ts';
import { type Environment, optional, requiredInteger } from '../shared/environment.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { ENV } from './contract.ts';

/**
 * Where the provider's count comes from; a simulator on a laptop may list messages sooner.
 *
 * @throws ConfigurationError where the provider counts nothing
 */
export const countingOf = (provider: string, environment: Environment): Counting => {
  const counting = PROVIDERS[provider]?.counting;
  if (counting === undefined) throw new ConfigurationError(`nothing is counted at the provider "${provider}"`);
  // Readings of a balance are judged against looks minutes apart: a lag of seconds would hide what is on its way.
  if (counting.by === 'balance' || optional(environment, ENV.lagSeconds) === undefined) return counting;
  return { ...counting, lagMs: 1000 * requiredInteger(environment, ENV.lagSeconds, 1) };
};
