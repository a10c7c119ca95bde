import type { DeliveryState } from './provider-records.ts';

/** What somebody who calls himself the provider says of a message. It is a claim: only a look-up confirms it. */
export interface Receipt {
  readonly providerMessageId: string;
  readonly state: DeliveryState;
}

/** A receipt's body as it came in. */
export interface ReceiptBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Reads the receipts of one call, in their order; empty when there is none that could be one. Never throws. */
export type ReceiptReader = (body: ReceiptBody) => Promise<readonly Receipt[]>;
