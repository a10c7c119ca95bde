/**
 * How long an attempt may be at work, in milliseconds: the timeout of every function that makes one.
 *
 * Afterwards nobody is at work on the message any more, and its outcome counts as unknown.
 */
export const LEASE_MS = 10_000;
