import type { MessagingProvider, OutgoingMessage, SendOutcome } from '../../shared/messaging-provider.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { commonRefusal, firstOf, type HttpAnswer } from '../http-answer.ts';
import { createHttpProvider, type HttpProviderOptions } from '../http-provider.ts';
import { d7TokenOf } from './sending-credential.ts';

export const D7_BASE_URL = 'https://api.d7networks.com';

/**
 * D7 Networks, sending SMS, WhatsApp and Viber.
 *
 * - 200 with a `request_id` and status `accepted`: accepted. D7 checks the number later; that comes with the receipt.
 * - 401: the token is bad. 402 (no credit): not sent, since the same message goes out once the account is topped up.
 * - 422 and 400: rejected. 403, 429 and redirects: not sent. 5xx, no answer, an answer nobody can read: unknown,
 *   because D7 SMS cannot be looked up without the `request_id` it did not tell.
 *
 * `data_coding` is `auto`: `unicode`, which some clients always send, halves what fits in a segment.
 *
 * https://d7networks.com/docs/SMS/Send-SMS, https://d7networks.com/docs/Whatsapp/Send-Message,
 * https://d7networks.com/docs/Whatsapp/Send-Templated-Message, https://d7networks.com/docs/Viber/Send_Viber_Message/
 */
export const createD7Provider = ({ baseUrl = D7_BASE_URL, ...options }: HttpProviderOptions): MessagingProvider =>
  createHttpProvider(options, {
    name: 'd7',
    baseUrl,
    scheme: 'Bearer',
    credentialOf: d7TokenOf,
    requestFor,
    outcomeOf,
  });

const CONTENT_NOT_SUPPORTED: SendOutcome = {
  kind: 'rejected',
  code: 'content-not-supported',
  reason: 'D7 takes templates on WhatsApp only',
};

const requestFor = ({ id, channel, to, from, content, receiptUrl }: OutgoingMessage) => {
  const report = receiptUrl === null ? {} : { report_url: receiptUrl };
  if (channel === 'sms') {
    if (content.kind !== 'text') return CONTENT_NOT_SUPPORTED;
    const message = { channel: 'sms', recipients: [to], content: content.text, msg_type: 'text', data_coding: 'auto' };
    return {
      path: '/messages/v1/send',
      body: { messages: [message], message_globals: { originator: from, tag: id, ...report } },
    };
  }
  if (channel === 'viber') {
    if (content.kind !== 'text') return CONTENT_NOT_SUPPORTED;
    // Without a label D7 takes a message for a promotion.
    const message = { channel: 'viber', recipients: [to], content: content.text, label: 'TRANSACTION' };
    const globals = { originator: from, ...(receiptUrl === null ? {} : { call_back_url: receiptUrl }) };
    return { path: '/viber/v1/send', body: { messages: [message], message_globals: globals } };
  }
  const recipients = [{ recipient: to, recipient_type: 'individual', cust_ref: id }];
  return {
    path: '/whatsapp/v2/send',
    body: { messages: [{ originator: from, recipients, content: whatsApp(content), ...report }] },
  };
};

const whatsApp = (content: OutgoingMessage['content']) =>
  content.kind === 'text'
    ? { message_type: 'TEXT', text: { body: content.text } }
    : {
        message_type: 'TEMPLATE',
        template: {
          template_id: content.template,
          language: content.language,
          body_parameter_values: Object.fromEntries(content.params.map((value, index) => [String(index), value])),
        },
      };

const outcomeOf = (answer: HttpAnswer): SendOutcome => {
  if (answer.status < 300) return acceptedOf(answer.body);
  if (answer.status === 401) return keyRefused(answer);
  if (answer.status === 402) return { kind: 'not-sent', reason: 'insufficient-credit' };
  if (answer.status === 422) return { kind: 'rejected', code: invalidField(answer.body), reason: 'D7 refused a field' };
  return commonRefusal(answer);
};

const acceptedOf = (body: string): SendOutcome => {
  const { request_id: requestId, status } = fieldsOf(jsonOf(body));
  if (typeof requestId !== 'string' || requestId === '') return { kind: 'unknown', reason: 'answer-unreadable' };
  return status === 'accepted'
    ? { kind: 'accepted', providerMessageId: requestId }
    : { kind: 'unknown', reason: 'answer-status-unexpected' };
};

/** Codes seen on a 401; any other text stays outside. */
const TOKEN_CODES: Readonly<Record<string, string>> = {
  ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED: 'token-not-recognised',
  ACCESS_TOKEN_EXPIRED: 'token-expired',
  APPLICATION_NOT_EXISTS: 'application-deleted',
};

const keyRefused = (answer: HttpAnswer): SendOutcome => {
  const { code } = fieldsOf(fieldsOf(jsonOf(answer.body)).detail);
  const reason = typeof code === 'string' ? TOKEN_CODES[code] : undefined;
  return reason === undefined ? commonRefusal(answer) : { kind: 'key-refused', reason };
};

/** D7 says where (`detail[].loc`) in its own field names: `["body", "messages", 0, "recipients", 0]`. */
const FIELDS: Readonly<Record<string, string>> = {
  recipients: 'invalid-recipient',
  recipient: 'invalid-recipient',
  content: 'invalid-content',
  originator: 'invalid-sender',
};

const invalidField = (body: string): string => {
  const { loc } = fieldsOf(firstOf(fieldsOf(jsonOf(body)).detail));
  const names = Array.isArray(loc) ? loc.filter((part): part is string => typeof part === 'string') : [];
  return names.map((name) => FIELDS[name]).findLast((code) => code !== undefined) ?? 'invalid-request';
};
