import { SegmentedMessage } from 'sms-segments-calculator';

/** Characters of a text that fits into one segment, and of each segment of a longer one (3GPP TS 23.038, 23.040). */
const SEPTETS = { alone: 160, joined: 153 } as const;
const CODE_UNITS = { alone: 70, joined: 67 } as const;

/**
 * Texts of which each character is one septet in every alphabet of GSM-7, so that their length says it all: most texts
 * are such, and the calculator takes longer over one than all other checks together.
 */
const ONE_SEPTET_EACH = /^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z]*$/;

/**
 * SMS segments a text takes, in GSM-7 where it fits and in UCS-2 otherwise; `undefined` where they are more than `most`.
 *
 * Billing and limits count segments, and one character outside GSM-7 more than halves what a segment holds
 * (3GPP TS 23.038). A text that is too long in any encoding is not looked at: counting takes seconds for 32 KiB.
 */
export const segmentsOf = (text: string, most: number): number | undefined => {
  const fewest = atLeast(text, SEPTETS);
  if (fewest > most) return undefined;
  const segments = ONE_SEPTET_EACH.test(text) ? fewest : analysed(text);
  return segments > most ? undefined : segments;
};

/**
 * How many segments a text takes that takes more than `most`, in words: `4`, or `at least 90` of one that is too long to
 * be looked at.
 */
export const tooManySegments = (text: string, most: number): string => {
  const fewest = atLeast(text, SEPTETS);
  if (ONE_SEPTET_EACH.test(text)) return String(fewest);
  return fewest > most ? `at least ${fewest}` : String(analysed(text));
};

const analysed = (text: string): number => {
  const { segmentsCount, encodingName } = new SegmentedMessage(text);
  // The calculator keeps a character and its marks together, and counts one that is longer than a segment as one.
  return Math.max(segmentsCount, atLeast(text, encodingName === 'UCS-2' ? CODE_UNITS : SEPTETS));
};

const atLeast = ({ length }: string, { alone, joined }: typeof SEPTETS | typeof CODE_UNITS): number =>
  length <= alone ? 1 : Math.ceil(length / joined);
