import { SegmentedMessage } from 'sms-segments-calculator';

/**
 * SMS segments a text takes, in GSM-7 where it fits and in UCS-2 otherwise.
 *
 * Billing and limits count segments, and one character outside GSM-7 more than halves what a segment holds
 * (3GPP TS 23.038).
 */
export const segmentsOf = (text: string): number => new SegmentedMessage(text).segmentsCount;
