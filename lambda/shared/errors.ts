/**
 * Base of every error that a function raises itself.
 *
 * The message may reach a log of the operator's, so it never holds a secret, a number or a text. What callers see is
 * decided elsewhere, from `code` alone.
 */
export abstract class KeyroomError extends Error {
  /** Stable, for logs and for callers that decide by it. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without a change. */
  abstract readonly retryable: boolean;
  abstract override readonly name: string;
}

/** A function was deployed with an environment or a package it cannot work with. */
export class ConfigurationError extends KeyroomError {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration';
  readonly retryable = false;
}
