import { randomBytes } from 'node:crypto';
import type { Restore } from '../checkpoint.ts';
import type { Clock } from '../clock.ts';

/** The account and its auth tokens: the primary one, and while it is being replaced a secondary one. */
export interface TwilioAccount {
  readonly sid: string;
  readonly authToken: () => string;
  readonly secondaryAuthToken: () => string | null;
  /** Both tokens are valid. */
  accepts(token: string): boolean;
  /** Makes the secondary token, or shows the one there is. */
  createSecondary(): string;
  /** The secondary token becomes the primary one, and the old one is void at once. Undefined: there is none. */
  promote(): string | undefined;
  /** False: there is none. */
  deleteSecondary(): boolean;
  checkpoint(): Restore;
}

export const newSid = (prefix: string): string => prefix + randomBytes(16).toString('hex');
export const newSecret = (): string => randomBytes(16).toString('hex');

/** Makes an account with a random auth token. */
export function createAccount(sid: string): TwilioAccount {
  let primary = newSecret();
  let secondary: string | null = null;
  return {
    sid,
    authToken: () => primary,
    secondaryAuthToken: () => secondary,
    accepts: (token) => token === primary || token === secondary,
    createSecondary: () => (secondary ??= newSecret()),
    promote: () => {
      if (secondary === null) return undefined;
      primary = secondary;
      secondary = null;
      return primary;
    },
    deleteSecondary: () => {
      const existed = secondary !== null;
      secondary = null;
      return existed;
    },
    checkpoint: () => {
      const saved = [primary, secondary] as const;
      return () => {
        [primary, secondary] = saved;
      };
    },
  };
}

/** RFC 2822 in GMT: `Thu, 01 Jan 2026 00:00:00 +0000`. */
export const rfc2822 = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000');

/** ISO 8601 without fractions. */
export const isoSeconds = (clock: Clock): string => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
