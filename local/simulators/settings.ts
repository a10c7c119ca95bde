import { ControlError } from './provider.ts';
import { HABITS } from './receipts.ts';

/** What a test driver may set, the same for every provider. */
export interface CommonSettings {
  /** What the account can still spend, in millionths of its currency. */
  balanceMicros: number;
  /** Seconds until a new, changed or disabled credential takes effect. */
  propagationSeconds: number;
  /** Seconds from accept to delivery. */
  deliverySeconds: number;
  /** Requests a second above which the provider answers 429; `null` for no limit. */
  requestsPerSecond: number | null;
  /** Final status by recipient, in the provider's own names; others are delivered. */
  outcomes: Readonly<Record<string, string>>;
  /** What becomes of the receipts of a recipient: `never`, `twice`, `late` or `reversed`; of others each comes in time. */
  receipts: Readonly<Record<string, string>>;
}

export const DEFAULT_SETTINGS: CommonSettings = {
  balanceMicros: 1_000_000_000,
  propagationSeconds: 0,
  deliverySeconds: 2,
  requestsPerSecond: null,
  outcomes: {},
  receipts: {},
};

/**
 * Applies a test driver's change to the settings it names and returns the names that are not settings.
 *
 * @throws {ControlError} when a value is not what the setting takes.
 */
export function changeSettings(settings: CommonSettings, change: Readonly<Record<string, unknown>>): string[] {
  const rest: string[] = [];
  for (const [name, value] of Object.entries(change)) {
    if (!(name in settings)) rest.push(name);
    else if (!accepts(name, value))
      throw new ControlError(`${name}: got ${JSON.stringify(value)}, which it does not take`);
    else Object.assign(settings, { [name]: value });
  }
  return rest;
}

function accepts(name: string, value: unknown): boolean {
  if (name === 'receipts')
    return isObject(value) && Object.values(value).every((habit) => HABITS.includes(String(habit)));
  if (name === 'outcomes') {
    return isObject(value) && Object.values(value).every((status) => typeof status === 'string');
  }
  if ((name === 'requestsPerSecond' || name === 'sharedKey') && value === null) return true;
  if (name === 'sharedKey') return isObject(value) && typeof value.id === 'string' && typeof value.secret === 'string';
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
