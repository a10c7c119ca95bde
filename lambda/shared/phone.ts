import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A number that can exist, and where it belongs. */
export interface PhoneNumber {
  /** E.164, with the plus sign. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2; `null` where the numbering plan does not tell (satellite, universal, unassigned +1). */
  readonly country: string | null;
}

/** At most 15 digits, the country code among them (ITU-T E.164); fewer than 7 is no subscriber's number anywhere. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads a number written in E.164, or `undefined` when no such number can exist.
 *
 * Whether a number has the length its country uses is asked, not whether its range is assigned: assignments change
 * faster than any table. An unassigned number counts for the main country of its code, except under +1, where
 * countries with costly numbers share the code with the main one.
 */
export const readPhoneNumber = (text: string): PhoneNumber | undefined => {
  if (!E164.test(text)) return undefined;
  const parsed = parsePhoneNumberFromString(text);
  if (parsed?.number !== text || !parsed.isPossible()) return undefined;
  const main = parsed.countryCallingCode === '1' ? undefined : parsed.getPossibleCountries()[0];
  return { e164: text, country: parsed.country ?? main ?? null };
};

/** Digits behind the range that is counted together, and how many lead at least and at most. */
const RANGE = { behind: 4, least: 6, most: 8 };

/**
 * The first 6 to 8 digits of a number: pumped traffic goes to neighbouring numbers, which share them.
 *
 * Where numbers are short, fewer digits, so that a range is never a handful of people.
 */
export const prefixOf = (e164: string): string => {
  const digits = e164.slice(1);
  return digits.slice(0, Math.max(RANGE.least, Math.min(RANGE.most, digits.length - RANGE.behind)));
};

/** The form of a number that people may see: `AE…01`. */
export const maskNumber = (country: string, lastTwo: string): string => `${country}…${lastTwo}`;
