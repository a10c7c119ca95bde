import type { DeliveryState } from './provider-records.ts';
import type { SecretValue } from './secret-value.ts';

/** What somebody who calls himself the provider says of a message: a claim, until it is confirmed. */
export interface Receipt {
  readonly providerMessageId: string;
  readonly state: DeliveryState;
}

/** A receipt's body as it came in. */
export interface ReceiptBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** A call as it came in, and the address that the provider was told for it. */
export interface ReceiptCall {
  readonly url: string;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReceiptBody;
}

/** `unsigned`: by nothing that the room could check. `forged`: the signature is not by one of the keys. */
export type Signed = 'genuine' | 'unsigned' | 'forged';

/** Checks who signed a call, in constant time. Never throws. */
export type ReceiptVerifier = (call: ReceiptCall, keys: readonly SecretValue[]) => Promise<Signed>;

/** Reads the receipts of one call, in their order; empty when there is none that could be one. Never throws. */
export type ReceiptReader = (body: ReceiptBody) => Promise<readonly Receipt[]>;
