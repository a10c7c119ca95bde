import type { AttemptEnd } from './delivery/outcome.ts';

/** Whether messages may be taken to the provider now; while they may not, until when they had better wait. */
export type Gate =
  /** `isProbe`: it is open, and this caller tries for all whether the provider is back. */
  { readonly kind: 'closed'; readonly isProbe?: boolean } | { readonly kind: 'open'; readonly until: number };

/**
 * A circuit breaker in front of the provider, shared by all environments of all functions.
 *
 * It opens when several calls in a row found the provider away, busy or silent, so that messages wait instead of each
 * finding it out for itself. What it says is advice: when it cannot be read, messages go out as if it were closed.
 *
 * https://martinfowler.com/bliki/CircuitBreaker.html (there, a closed breaker lets calls through)
 */
export interface ProviderHealth {
  /**
   * What this environment knows: it reads, every other second at most, only after trouble of its own.
   *
   * So a message of a good day costs no call to AWS, and a provider that is away gets one call of each environment.
   */
  look(): Promise<Gate>;
  /**
   * What all environments know, read every other second at most.
   *
   * Once the time of an open breaker is over, one caller at a time may try whether the provider is back.
   */
  admit(): Promise<Gate>;
  /** Learns from the end of an attempt. Writes only when that changes something. */
  learn(end: AttemptEnd, calls: number): Promise<void>;
}

/** The health of a provider that nobody watches. */
export const alwaysHealthy: ProviderHealth = {
  look: () => Promise.resolve({ kind: 'closed' }),
  admit: () => Promise.resolve({ kind: 'closed' }),
  learn: () => Promise.resolve(),
};
