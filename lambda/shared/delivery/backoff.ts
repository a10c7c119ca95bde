const BASE_MS = 1000;
const CAP_MS = 5 * 60 * 1000;

/**
 * When to try again: full jitter, after whatever the provider asked for, never beyond the message's own time.
 *
 * Full jitter, as it spreads the retries of many over the whole interval:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param tries how often the message was claimed already, from 1
 * @param random from 0 to below 1
 * @param notBefore a moment the provider or the room named
 */
export const nextAttemptAt = (options: {
  readonly now: number;
  readonly tries: number;
  readonly validUntil: number;
  readonly random: number;
  readonly notBefore?: number;
}): number => {
  const { now, tries, validUntil, random, notBefore = now } = options;
  const jitter = random * Math.min(CAP_MS, BASE_MS * 2 ** tries);
  return Math.min(Math.max(now, notBefore) + Math.ceil(jitter), validUntil);
};
