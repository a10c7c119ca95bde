import { DEFAULT_SETTINGS, type CommonSettings } from '../settings.ts';

/** What a test driver may set on Infobip. */
export interface InfobipSettings extends CommonSettings {
  /** Creations and, apart from them, updates of keys a day: Infobip documents 40. */
  keyChangesPerDay: number;
  /** Price of one message part, in millionths of a euro. */
  priceMicros: number;
  /**
   * Messages to one number in an hour, with any and with identical text, above which the flooding filter refuses.
   * Infobip documents 20 and 6; off (0) unless set, since a demonstration writes to one number all the time.
   */
  floodingVaried: number;
  floodingIdentical: number;
}

export const INFOBIP_DEFAULTS: InfobipSettings = {
  ...DEFAULT_SETTINGS,
  keyChangesPerDay: 40,
  priceMicros: 40_000,
  floodingVaried: 0,
  floodingIdentical: 0,
};
