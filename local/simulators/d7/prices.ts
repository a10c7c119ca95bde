import { getCountries, isSupportedCountry } from 'libphonenumber-js/min';
import type { D7Settings } from './settings.ts';

/** Body of `GET /messages/v1/sms/pricing`: the price of a part by ISO country, of one or of all; here it is one price everywhere. */
export function pricesOf(country: string | null, { priceMicros }: D7Settings): Readonly<Record<string, number>> {
  const wanted = country === null ? getCountries() : [country].filter((code) => isSupportedCountry(code));
  return Object.fromEntries(wanted.map((code) => [code, priceMicros / 1e6]));
}
