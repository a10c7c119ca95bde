import { iso } from '../../shared/clock.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { change } from './tracking.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How often the room may replace a refused key by itself.
 *
 * Where each new key is refused, too, making more does not help, and it uses up what a person may need: Infobip makes 40
 * keys a day and changes 40. Twelve, each with at most two changes, beside the six rotations of the shortest schedule
 * leave 22 new keys and 10 changes. Three an hour are one for the refusal, and two for what went wrong with the first.
 *
 * Infobip's OpenAPI 3.210.0, tag `api-keys`.
 */
const LIMITS = [
  { most: 1, withinMs: MINUTE_MS },
  { most: 3, withinMs: HOUR_MS },
  { most: 12, withinMs: DAY_MS },
] as const;

/**
 * Writes down that a refused key is about to be replaced. What is begun counts, whatever comes of it.
 *
 * @throws RotationError `heal-limit-reached`, and nothing was written
 */
export const takeHealingTurn = async (keys: Keys): Promise<void> => {
  const now = keys.clock.now();
  const taken = await change(keys, (current) => {
    const heals = (current.heals ?? []).filter((at) => now - Date.parse(at) < DAY_MS);
    const isUsedUp = LIMITS.some(
      ({ most, withinMs }) => heals.filter((at) => now - Date.parse(at) < withinMs).length >= most,
    );
    return isUsedUp ? undefined : { ...current, heals: [...heals, iso(now)] };
  });
  if (!taken) throw new RotationError('heal-limit-reached');
};
