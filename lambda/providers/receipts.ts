import type { ReceiptReader } from '../shared/receipt.ts';
import { readD7Receipt } from './d7/receipt.ts';
import { readInfobipReceipt } from './infobip/receipt.ts';
import { readTwilioReceipt } from './twilio/receipt.ts';

const READERS: Readonly<Record<string, ReceiptReader>> = {
  d7: readD7Receipt,
  infobip: readInfobipReceipt,
  twilio: readTwilioReceipt,
};

/** Reads a provider's receipts; `undefined` for one that sends none, as the sandbox. */
export const receiptReader = (provider: string): ReceiptReader | undefined =>
  Object.hasOwn(READERS, provider) ? READERS[provider] : undefined;
