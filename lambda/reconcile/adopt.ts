import { ConfigurationError } from '../shared/errors.ts';
import { begun, type ReconcileState } from '../shared/reconcile-state.ts';

/** Longer than that is no change-over: a key that stays in use elsewhere cannot be watched. */
const MOST_DAYS = 180;
const DAY_MS = 24 * 3_600_000;

/**
 * The state that expects use of the key elsewhere until a date; `null` ends it at once.
 *
 * What is known of it already stays known, so the date may be moved.
 *
 * @throws ConfigurationError for a date that is none, is past, or is too far away
 */
export const adopt = (state: ReconcileState | undefined, until: string | null, now: number): ReconcileState => {
  const before = state ?? begun(now);
  if (until === null) return { ...before, learning: before.learning && { ...before.learning, until: now } };
  const end = Date.parse(until);
  if (!(end > now && end <= now + MOST_DAYS * DAY_MS)) {
    throw new ConfigurationError(`the date must be within ${MOST_DAYS} days from now, got "${until.slice(0, 40)}"`);
  }
  return { ...before, learning: { since: now, senders: {}, ...before.learning, until: end } };
};
