import type { MessagingProvider, OutgoingMessage, SendOutcome } from '../../shared/messaging-provider.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { commonRefusal, firstOf, type HttpAnswer } from '../http-answer.ts';
import { createHttpProvider, type HttpProviderOptions } from '../http-provider.ts';
import { messageIdOf } from './message-id.ts';
import { outcomeOfStatus } from './message-status.ts';
import { infobipKeyOf } from './sending-credential.ts';

export const INFOBIP_BASE_URL = 'https://api.infobip.com';

/**
 * Infobip, sending SMS, WhatsApp and Viber.
 *
 * The message's own status inside a 200 decides (see {@link outcomeOfStatus}). 401: the key is bad. 401 or 403 that
 * names the address: the key is bound to other addresses. Any other 403, 429 and redirects: not sent. 400: rejected. 5xx
 * and no answer: unknown. `messageId` is the ledger's id, with the number of the attempt from the second one on, so that an
 * unknown outcome can be looked up by it. Numbers go without the plus.
 *
 * Infobip's OpenAPI 3.210.0: `POST /sms/3/messages`, `POST /whatsapp/1/message/template`, `POST /whatsapp/1/message/text`,
 * `POST /viber/2/messages`.
 */
export const createInfobipProvider = ({
  baseUrl = INFOBIP_BASE_URL,
  ...options
}: HttpProviderOptions): MessagingProvider =>
  createHttpProvider(options, {
    name: 'infobip',
    baseUrl,
    scheme: 'App',
    credentialOf: (key) => infobipKeyOf(key).apiKey,
    requestFor,
    outcomeOf,
  });

const CONTENT_NOT_SUPPORTED: SendOutcome = {
  kind: 'rejected',
  code: 'content-not-supported',
  reason: 'Infobip takes templates on WhatsApp only',
};

const requestFor = (outgoing: OutgoingMessage) => {
  const { channel, to, from, content, receiptUrl } = outgoing;
  const messageId = messageIdOf(outgoing);
  if (channel !== 'whatsapp') {
    if (content.kind !== 'text') return CONTENT_NOT_SUPPORTED;
    const addressed = {
      sender: withoutPlus(from),
      destinations: [{ to: withoutPlus(to), messageId }],
      ...(receiptUrl === null ? {} : { webhooks: { delivery: { url: receiptUrl }, contentType: 'application/json' } }),
    };
    return channel === 'sms' ? smsRequest(addressed, content.text) : viberRequest(addressed, content.text);
  }
  const notify = receiptUrl === null ? {} : { notifyUrl: receiptUrl };
  const addressed = { from: withoutPlus(from), to: withoutPlus(to), messageId, ...notify };
  if (content.kind === 'text') {
    return { path: '/whatsapp/1/message/text', body: { ...addressed, content: { text: content.text } } };
  }
  const template = {
    templateName: content.template,
    templateData: { body: { placeholders: content.params } },
    language: content.language,
  };
  return { path: '/whatsapp/1/message/template', body: { messages: [{ ...addressed, content: template }] } };
};

const smsRequest = (addressed: object, text: string) => ({
  path: '/sms/3/messages',
  body: { messages: [{ ...addressed, content: { text } }] },
});

const viberRequest = (addressed: object, text: string) => ({
  path: '/viber/2/messages',
  body: { messages: [{ ...addressed, content: { type: 'TEXT', text }, options: { label: 'TRANSACTIONAL' } }] },
});

const withoutPlus = (number: string): string => number.replace(/^\+/, '');

const outcomeOf = (answer: HttpAnswer): SendOutcome => {
  if (answer.status >= 300) return commonRefusal(answer);
  const document = fieldsOf(jsonOf(answer.body));
  // A free WhatsApp text is answered by the message itself, everything else by a list of one.
  const message = 'messages' in document ? fieldsOf(firstOf(document.messages)) : document;
  return 'status' in message ? outcomeOfStatus(message) : { kind: 'unknown', reason: 'answer-unreadable' };
};
