import type { Plain } from './aws/attribute-value.ts';

const SEEN = /^seen-([A-Z]{2})$/;

/**
 * The attribute of an app's item that is there once the app has had a message to a country admitted.
 *
 * It is set by the write that takes the units, so that it costs no call. @param country ISO 3166-1 alpha-2
 */
export const seenCountry = (country: string): string => `seen-${country}`;

/** The countries that an app has sent to since it was registered. */
export const countriesSeen = (item: Readonly<Record<string, Plain>>): readonly string[] =>
  Object.keys(item).flatMap((name) => SEEN.exec(name)?.[1] ?? []);
