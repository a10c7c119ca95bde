import type { InboundFormat, InboundMessage } from '../../shared/inbound.ts';
import { fieldsOf } from '../../shared/json.ts';
import { documentIn } from '../receipt-body.ts';

/** Far above the one or few that a call has. */
const MOST_MESSAGES = 100;

/**
 * Infobip's inbound messages: a JSON object with `results`, each with `messageId`, `from` and `to`, numbers without their
 * plus sign. What was written is `text` in an SMS (`MO_JSON_2`), and `message.text` where `integrationType` is `WHATSAPP`
 * (`MO_OTT_CONTACT`).
 *
 * https://www.infobip.com/docs/api/channels/sms/inbound-sms/receive-inbound-sms-messages
 * https://www.infobip.com/docs/api/channels/whatsapp/whatsapp-inbound-messages
 */
export const INFOBIP_INBOUND: InboundFormat = {
  read: (body) => {
    const { results } = documentIn(body);
    const entries = Array.isArray(results) ? (results as unknown[]).slice(0, MOST_MESSAGES) : [];
    return Promise.resolve(entries.flatMap((entry) => messageIn(fieldsOf(entry)) ?? []));
  },
  answer: { contentType: 'application/json', body: '' },
};

const messageIn = (entry: Readonly<Record<string, unknown>>): InboundMessage | undefined => {
  const { messageId, from, to, integrationType: integration } = entry;
  if (typeof messageId !== 'string' || messageId === '' || typeof from !== 'string') return undefined;
  const { text } = integration === undefined ? entry : fieldsOf(entry.message);
  return {
    providerMessageId: messageId,
    from: plusBefore(from),
    to: typeof to === 'string' ? plusBefore(to) : '',
    channel: integration === undefined ? 'sms' : integration === 'WHATSAPP' ? 'whatsapp' : null,
    text: typeof text === 'string' ? text : null,
  };
};

/** Shorter ones are short codes, which are in no numbering plan. */
const plusBefore = (number: string): string => (/^\d{7,15}$/.test(number) ? `+${number}` : number);
