import { randomUUID } from 'node:crypto';
import { isoTime, type Clock } from '../clock.ts';
import type { PersonsMessage } from '../inbound.ts';
import type { OutgoingReceipt } from '../receipts.ts';

const digits = (number: string): string => number.replace(/^\+/, '');

/**
 * Infobip's inbound webhook: `MO_JSON_2` for an SMS, `MO_OTT_CONTACT` for WhatsApp.
 *
 * https://www.infobip.com/docs/api/channels/sms/inbound-sms/receive-inbound-sms-messages
 */
export const inboundOf = (clock: Clock, { url, from, to, text, channel, id }: PersonsMessage): OutgoingReceipt => {
  const price = { pricePerMessage: 0, currency: 'EUR' };
  const common = {
    messageId: id ?? randomUUID(),
    from: digits(from),
    to: digits(to),
    receivedAt: isoTime(clock.now()),
  };
  const sms = { ...common, text, cleanText: text, keyword: null, smsCount: 1, price, callbackData: null };
  const message = { type: 'TEXT', text };
  const whatsapp = { ...common, integrationType: 'WHATSAPP', message, contact: { name: 'Frank' }, price };
  const results = [channel === 'sms' ? sms : whatsapp];
  const body = JSON.stringify({ results, messageCount: 1, pendingMessageCount: 0 });
  return { url, contentType: 'application/json', body };
};
