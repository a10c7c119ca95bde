import { SegmentedMessage } from 'sms-segments-calculator';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Parts a text is sent in. */
export const countSegments = (text: string, encoding: 'auto' | 'UCS-2' = 'auto'): number =>
  new SegmentedMessage(text, encoding).segmentsCount;

/**
 * What a number's digits say.
 *
 * @param number international, with or without the leading plus.
 */
export function examineNumber(number: string): { readonly country: string | null; readonly possible: boolean } {
  const parsed = parsePhoneNumberFromString(number.startsWith('+') ? number : `+${number}`);
  return { country: parsed?.country ?? null, possible: parsed?.isPossible() ?? false };
}
