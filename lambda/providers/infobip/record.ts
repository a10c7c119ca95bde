import type { Channel } from '../../shared/contract.ts';
import type { DeliveryState, ProviderRecord } from '../../shared/provider-records.ts';
import { fieldsOf } from '../../shared/json.ts';
import { countOf, moneyOf, stateOf, textOf, withPlus } from '../records-call.ts';
import { ourIdOf } from './message-id.ts';
import { codeOfStatus, GROUP, DUPLICATE_MESSAGE_ID } from './message-status.ts';

/** An entry of a log or of a report; `undefined` for one that names no message or no recipient. */
export const recordOf = (channel: Channel, entry: unknown): ProviderRecord | undefined => {
  const { messageId, destination, sender, sentAt, messageCount, price, status } = fieldsOf(entry);
  if (typeof messageId !== 'string' || typeof destination !== 'string') return undefined;
  const segments = countOf(messageCount);
  return {
    providerMessageId: messageId,
    ourId: ourIdOf(messageId),
    channel,
    to: withPlus(destination),
    from: textOf(sender),
    acceptedAt: momentOf(sentAt),
    segments,
    price: priceOf(price, segments),
    state: stateOfStatus(status),
  };
};

/** Whether an entry is only the refusal of a second message with the same id. */
export const isRefusedRepeat = (entry: unknown): boolean =>
  fieldsOf(fieldsOf(entry).status).id === DUPLICATE_MESSAGE_ID;

/** `2026-01-01T00:00:00.000+0000`, which is the form of every moment in logs and their filters. */
export const momentText = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

const momentOf = (text: unknown): number | null => {
  const ms = typeof text === 'string' ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : NaN;
  return Number.isNaN(ms) ? null : ms;
};

/** `pricePerMessage` is that of one part. */
const priceOf = (price: unknown, segments: number | null) => {
  const { pricePerMessage, currency } = fieldsOf(price);
  const one = moneyOf(pricePerMessage, currency);
  return one === null || segments === null ? null : { ...one, micros: one.micros * segments };
};

/** The group decides, because one status (87) exists in two of them, charged in one and not in the other. */
export const stateOfStatus = (status: unknown): DeliveryState => {
  const { groupId, groupName, id } = fieldsOf(status);
  const code = codeOfStatus(id);
  switch (groupId) {
    case GROUP.pending:
      return stateOf('accepted');
    case GROUP.delivered:
      return stateOf('delivered');
    case GROUP.undeliverable:
      return stateOf('undelivered', code);
    case GROUP.expired:
      return stateOf('undelivered', 'expired');
    case GROUP.rejected:
      return stateOf('rejected', code);
    default:
      // The client that Infobip generates knows a sixth group by its name alone.
      return groupName === 'ACCEPTED' ? stateOf('accepted') : stateOf('unrecognised');
  }
};
