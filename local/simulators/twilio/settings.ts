import { DEFAULT_SETTINGS, type CommonSettings } from '../settings.ts';

/**
 * What a test driver may set on Twilio.
 *
 * An entry of `outcomes` is either a final status (`undelivered`) or the number of an error (`21610`) with which a
 * message to that recipient is refused at once.
 */
export interface TwilioSettings extends CommonSettings {
  /** Price of one segment, in millionths of a dollar. */
  priceMicros: number;
  /** Signs status callbacks, where webhooks are set up so; `null`: the account's auth token does. */
  sharedKey: { readonly id: string; readonly secret: string } | null;
}

export const TWILIO_DEFAULTS: TwilioSettings = { ...DEFAULT_SETTINGS, priceMicros: 7500, sharedKey: null };
