import type { ReceiptReader, ReceiptVerifier } from '../shared/receipt.ts';
import { readD7Receipt } from './d7/receipt.ts';
import { readInfobipReceipt } from './infobip/receipt.ts';
import { readTwilioReceipt } from './twilio/receipt.ts';
import { verifyTwilioReceipt } from './twilio/receipt-signature.ts';

const READERS: Readonly<Record<string, ReceiptReader>> = {
  d7: readD7Receipt,
  infobip: readInfobipReceipt,
  twilio: readTwilioReceipt,
};

/** Of the providers whose signatures can be checked with a key that is good for nothing else. */
const VERIFIERS: Readonly<Record<string, ReceiptVerifier>> = { twilio: verifyTwilioReceipt };

/** Reads a provider's receipts; `undefined` for one that sends none, as the sandbox. */
export const receiptReader = (provider: string): ReceiptReader | undefined =>
  Object.hasOwn(READERS, provider) ? READERS[provider] : undefined;

/** Checks a provider's signatures; `undefined` for one whose signatures the room cannot check. */
export const receiptVerifier = (provider: string): ReceiptVerifier | undefined =>
  Object.hasOwn(VERIFIERS, provider) ? VERIFIERS[provider] : undefined;
