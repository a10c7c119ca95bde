import type { DeliveryState, ProviderRecord } from '../../shared/provider-records.ts';
import { fieldsOf } from '../../shared/json.ts';
import { countOf, moneyOf, stateOf, textOf } from '../records-call.ts';
import { REFUSALS } from './error-codes.ts';

const WHATSAPP = 'whatsapp:';

/** A message as Twilio shows it; `undefined` for one that somebody sent to us. */
export const recordOf = (entry: unknown): ProviderRecord | undefined => {
  const { sid, to, from, messaging_service_sid: service, direction, ...message } = fieldsOf(entry);
  if (typeof sid !== 'string' || typeof to !== 'string' || direction === 'inbound') return undefined;
  const segments = countOf(message.num_segments);
  return {
    providerMessageId: sid,
    ourId: null,
    channel: to.startsWith(WHATSAPP) ? 'whatsapp' : 'sms',
    to: to.replace(WHATSAPP, ''),
    from: (textOf(from) ?? textOf(service))?.replace(WHATSAPP, '') ?? null,
    acceptedAt: momentOf(message.date_created),
    // Through a Messaging Service it is 0 until a sender has been picked.
    segments: segments === 0 ? null : segments,
    price: priceOf(message.price, message.price_unit),
    state: stateOfStatus(message.status, message.error_code),
  };
};

/** RFC 2822. */
const momentOf = (text: unknown): number | null => {
  const ms = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? null : ms;
};

/** What an account pays is negative at Twilio. */
const priceOf = (price: unknown, unit: unknown) => {
  const paid = moneyOf(price, unit);
  return paid === null ? null : { ...paid, micros: 0 - paid.micros };
};

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const KINDS: Readonly<Record<string, DeliveryState['kind']>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'accepted',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'rejected',
  canceled: 'rejected',
};

/** What a status of Twilio's and its error code say of a message. */
export const stateOfStatus = (status: unknown, code: unknown): DeliveryState => {
  const word = typeof status === 'string' && Object.hasOwn(KINDS, status) ? status : '';
  if (word === 'read' || word === 'canceled') return stateOf(KINDS[word] ?? 'unrecognised', word);
  const reason = typeof code === 'number' ? (REFUSALS[code] ?? `twilio-${Math.trunc(code)}`) : null;
  return stateOf(KINDS[word] ?? 'unrecognised', reason);
};
