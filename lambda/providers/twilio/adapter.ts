import { systemClock } from '../../shared/clock.ts';
import type { MessagingProvider, OutgoingMessage, SendOutcome } from '../../shared/messaging-provider.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { commonOutcome, commonRefusal, type HttpAnswer } from '../http-answer.ts';
import { credentialIn, type HttpProviderOptions } from '../http-provider.ts';
import { basicOf, twilioKeyOf } from './api-key.ts';
import { CODE, codeOf, NOT_SENT, REFUSALS } from './error-codes.ts';

export const TWILIO_API_URL = 'https://api.twilio.com';

/**
 * Twilio, sending SMS and WhatsApp.
 *
 * 201 with a SID: accepted, unless its status says that it failed already. In a 4xx Twilio's own code decides: 20003
 * is the key's fault, a few codes say that the message can go out later, the others refuse it (see `error-codes.ts`).
 * 429: not sent, "never processed". 5xx, no answer, an answer nobody can read: unknown; it can be looked up by recipient and day
 * only, for Twilio takes no id of ours.
 *
 * A sender of the form `MG…` is a Messaging Service, which picks the number. A WhatsApp template is a ContentSid, which
 * has one language: the message's own is not sent along. Its variables are numbered from 1, in the template's order.
 *
 * Twilio's OpenAPI `twilio_api_v2010`, `CreateMessage`.
 */
export const createTwilioProvider = ({
  http,
  baseUrl = TWILIO_API_URL,
  clock = systemClock,
}: HttpProviderOptions): MessagingProvider => ({
  name: 'twilio',
  send: async (message, key, deadline) => {
    const credential = credentialIn(key, twilioKeyOf);
    if (credential === undefined) return { kind: 'key-refused', reason: 'credential-malformed' };
    const form = formOf(message);
    if (form === undefined) return CONTENT_NOT_SUPPORTED;
    const result = await http({
      method: 'POST',
      url: `${baseUrl}/2010-04-01/Accounts/${credential.accountSid}/Messages.json`,
      headers: {
        authorization: basicOf(credential),
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
      timeoutMs: deadline,
    });
    return commonOutcome(result, clock.now()) ?? outcomeOf(result as HttpAnswer);
  },
});

const CONTENT_NOT_SUPPORTED: SendOutcome = {
  kind: 'rejected',
  code: 'content-not-supported',
  reason: 'Twilio takes templates on WhatsApp only',
};

/** The form's fields; `undefined` for what Twilio cannot send. */
const formOf = ({ channel, to, from, content, receiptUrl }: OutgoingMessage): Record<string, string> | undefined => {
  if (channel === 'sms' && content.kind !== 'text') return undefined;
  const prefix = channel === 'whatsapp' ? 'whatsapp:' : '';
  const sender: Record<string, string> = /^MG[0-9a-fA-F]{32}$/.test(from)
    ? { MessagingServiceSid: from }
    : { From: `${prefix}${from}` };
  const callback: Record<string, string> = receiptUrl === null ? {} : { StatusCallback: receiptUrl };
  return { To: `${prefix}${to}`, ...sender, ...contentFields(content), ...callback };
};

const contentFields = (content: OutgoingMessage['content']): Record<string, string> => {
  if (content.kind === 'text') return { Body: content.text };
  if (content.params.length === 0) return { ContentSid: content.template };
  const variables = Object.fromEntries(content.params.map((value, index) => [String(index + 1), value]));
  return { ContentSid: content.template, ContentVariables: JSON.stringify(variables) };
};

const outcomeOf = (answer: HttpAnswer): SendOutcome =>
  answer.status < 300 ? createdOf(answer.body) : refusalOf(answer);

/** On its way, or there already. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const TAKEN: readonly unknown[] = ['accepted', 'scheduled', 'queued', 'sending', 'sent', 'delivered', 'read'];
const FAILED: readonly unknown[] = ['failed', 'undelivered', 'canceled'];

const createdOf = (body: string): SendOutcome => {
  const { sid, status, error_code: code } = fieldsOf(jsonOf(body));
  if (typeof sid !== 'string' || !/^(SM|MM)[0-9a-fA-F]{32}$/.test(sid)) {
    return { kind: 'unknown', reason: 'answer-unreadable' };
  }
  if (TAKEN.includes(status)) return { kind: 'accepted', providerMessageId: sid };
  if (FAILED.includes(status)) return rejected(typeof code === 'number' ? code : undefined);
  return { kind: 'unknown', reason: 'answer-status-unexpected' };
};

const rejected = (code: number | undefined): SendOutcome => ({
  kind: 'rejected',
  code: code === undefined ? 'refused' : (REFUSALS[code] ?? `twilio-${Math.trunc(code)}`),
  reason: 'Twilio refused the message',
});

/** A 4xx without a code of Twilio's comes from something in front of it. */
const refusalOf = (answer: HttpAnswer): SendOutcome => {
  const code = codeOf(answer);
  if (code === undefined) return commonRefusal(answer);
  if (code === CODE.permissionDenied) return { kind: 'key-refused', reason: 'unauthorized' };
  const reason = NOT_SENT[code];
  if (reason !== undefined) return { kind: 'not-sent', reason };
  return answer.status === 400 || code in REFUSALS ? rejected(code) : commonRefusal(answer);
};
