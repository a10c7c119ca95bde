import { type CountryCode, parsePhoneNumberFromString, type PhoneNumberType } from 'libphonenumber-js/core';
// The build leaves out what is needed for writing numbers, which nothing here does.
import metadata from 'libphonenumber-js/max/metadata';

import type { NumberType } from './contract.ts';

/** A number that can exist, and where it belongs. */
export interface PhoneNumber {
  /** E.164, with the plus sign. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2; `null` where the numbering plan does not tell (satellite, universal, unassigned +1). */
  readonly country: string | null;
  /** What kind of number it is, where that is one that may be refused; `null` for every other. */
  readonly type: NumberType | null;
}

/**
 * Country codes that are satellite services and networks without a country: a message there costs many times one to a
 * mobile phone. `satellite` for all, since who is behind +882 and +883 changes.
 *
 * 870 Inmarsat, 881 Global Mobile Satellite System, 882 and 883 International Networks: ITU, "List of ITU-T Recommendation
 * E.164 assigned country codes", complement to Recommendation E.164, annex to the ITU Operational Bulletin.
 * https://www.itu.int/pub/T-SP-E.164D
 */
const SATELLITE = /^\+(?:870|881|882|883)/;

/** As the metadata names the types that may be refused; a toll-free number costs the sender no more than another. */
const TYPES: Readonly<Partial<Record<PhoneNumberType, NumberType>>> = {
  PREMIUM_RATE: 'premium-rate',
  SHARED_COST: 'shared-cost',
  PERSONAL_NUMBER: 'personal-number',
  UAN: 'universal-access',
  PAGER: 'pager',
  VOICEMAIL: 'voicemail',
};

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
  const parsed = parsePhoneNumberFromString(text, metadata);
  if (parsed?.number !== text || !parsed.isPossible()) return undefined;
  const main = parsed.countryCallingCode === '1' ? undefined : parsed.getPossibleCountries()[0];
  const found = parsed.getType();
  const type = SATELLITE.test(text) ? 'satellite' : found === undefined ? null : (TYPES[found] ?? null);
  return { e164: text, country: parsed.country ?? main ?? null, type };
};

/**
 * What would make a number of what was written, without a digit that was not known before: the caller's logs may keep it.
 *
 * @param homeCountry whose national form is tried
 */
export const hintFor = (text: string, homeCountry: string): string | undefined => {
  const written = text.trim();
  const compact = written.replaceAll(/[\s().\-/]/g, '');
  if (/^00[1-9]\d{6,14}$/.test(compact)) return 'write a plus sign in place of the leading 00';
  if (!/^\+?\d{4,15}$/.test(compact)) return undefined;
  if (compact.startsWith('+'))
    return compact === text ? undefined : 'write digits only, without blanks and punctuation';
  const national = parsePhoneNumberFromString(compact, homeCountry as CountryCode, metadata);
  if (national?.isPossible() === true && !compact.startsWith(national.countryCallingCode)) {
    const zero = compact.startsWith('0') ? ' in place of the leading 0' : '';
    return `this is the national form; a number of ${homeCountry} begins with +${national.countryCallingCode}${zero}`;
  }
  return readPhoneNumber(`+${compact}`) === undefined ? undefined : 'write a plus sign in front';
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
