import { DEFAULT_SETTINGS, type CommonSettings } from '../settings.ts';

/** What a test driver may set on D7. */
export interface D7Settings extends CommonSettings {
  /** How long a token lives. The provider documents no figure. */
  tokenLifetimeSeconds: number;
  /** Price of one SMS part or WhatsApp message, in millionths of a dollar. */
  priceMicros: number;
}

export const D7_DEFAULTS: D7Settings = { ...DEFAULT_SETTINGS, tokenLifetimeSeconds: 86_400, priceMicros: 35_000 };
