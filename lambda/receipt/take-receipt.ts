import { isForgotten, type MessageRecord } from '../shared/message.ts';
import type { Change } from '../shared/message-ledger.ts';
import type { Receipt } from '../shared/receipt.ts';
import { isReceiptSecret, readReceiptPath } from '../shared/receipt-path.ts';
import { settlementBy } from '../shared/settlement.ts';
import type { ReceiptCommand, ReceiptPorts, ReceiptResult } from './ports.ts';

/** Whoever lost a race looks again; nobody changes a message more often than this within a moment. */
const MAX_LOOKS = 3;

/**
 * Takes note of a receipt: the provider is asked about the message at the next sweep.
 *
 * A path that leaked could otherwise mark as delivered what never arrived. So the same receipt twice, an old one after
 * a new one and a forged one have the same effect: one more question to the provider, which alone says what is true.
 * One that the provider has signed is its answer already, and is taken as one.
 */
export const takeReceipt = async (
  { ledger, clock }: Pick<ReceiptPorts, 'ledger' | 'clock'>,
  { path, receipts, isGenuine }: ReceiptCommand,
): Promise<ReceiptResult> => {
  const named = readReceiptPath(path);
  if (named === undefined) return 'not-found';
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const record = await ledger.find(named.id);
    const now = clock.now();
    if (!record?.receiptHash || !isReceiptSecret(named.secret, record.receiptHash)) return 'not-found';
    if (isForgotten(record, now)) return 'not-found';
    const settled = isGenuine ? settledBy(record, receipts, now) : undefined;
    const note = settled ?? noteOf(record, receipts, now);
    if (note === undefined) return 'nothing-new';
    const changed = await ledger.change(record, note);
    if (changed === 'recorded') return settled ? 'settled' : 'noted';
    if (changed === 'failed') return 'again';
  }
  return 'again';
};

/** What the provider's own word changes; `undefined` for nothing. */
const settledBy = (record: MessageRecord, receipts: readonly Receipt[], now: number): Change | undefined =>
  receipts
    .filter(({ providerMessageId: id }) => record.providerMessageId === null || record.providerMessageId === id)
    .flatMap((receipt) => settlementBy(record, receipt, now) ?? [])
    .at(-1);

/** What a record has to remember of the receipts, with the state as it is; `undefined` for nothing. */
const noteOf = (record: MessageRecord, receipts: readonly Receipt[], now: number): Change | undefined => {
  const isDue = record.dueAt !== null && record.dueAt <= now;
  const asItIs = { state: record.state, updatedAt: record.updatedAt };
  // That a message is on its way is known; a word that nobody knows may be an end.
  const tells = ({ state: { kind } }: Receipt): boolean => kind !== 'accepted';
  switch (record.state) {
    case 'accepted': {
      const own = receipts.filter(({ providerMessageId: id }) => id === record.providerMessageId);
      return isDue || !own.some(tells) ? undefined : { ...asItIs, dueAt: now };
    }
    case 'sending': {
      // How the attempt ended it alone can say; the ledger makes the message due with that.
      const claimed = claimIn(receipts);
      const news = {
        ...(claimed !== undefined && claimed !== record.claimedMessageId && { claimedMessageId: claimed }),
        ...(record.receiptAt === undefined && receipts.some(tells) && { receiptAt: now }),
      };
      return Object.keys(news).length === 0 ? undefined : { ...asItIs, ...news };
    }
    case 'unknown': {
      const claimed = claimIn(receipts);
      const isKnown = isDue && record.claimedMessageId === claimed;
      return claimed === undefined || isKnown ? undefined : { ...asItIs, claimedMessageId: claimed, dueAt: now };
    }
    default:
      return undefined;
  }
};

/** The id that was named last, if it can be one. */
const claimIn = (receipts: readonly Receipt[]): string | undefined => {
  const claimed = receipts.at(-1)?.providerMessageId;
  return claimed !== undefined && CLAIM.test(claimed) ? claimed : undefined;
};

/** What can be a provider's id: whoever calls could have anything kept in the open otherwise, a phone number too. */
const CLAIM = /^(?!\d{7,15}$)[\w.:-]{1,200}$/;
