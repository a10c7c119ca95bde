import { randomInt } from 'node:crypto';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { countSegments } from '../segments.ts';
import type { Validate } from '../validation.ts';
import { errorReply, type ErrorForm } from './errors.ts';
import type { Outbox } from './outbox.ts';
import {
  validatePreview,
  validateSms,
  validateViber,
  validateWhatsApp,
  validateWhatsAppText,
  type SmsRequest,
  type ViberRequest,
  type WhatsAppRequest,
  type WhatsAppTextRequest,
} from './schemas.ts';

/** `POST /sms/3/messages`: 200 with one status per message, the refused ones included. */
export function sendSms(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validateSms, 'platform');
  if (invalid) return invalid;
  const { messages, options } = call.body as SmsRequest;
  const bulkId = options?.schedule?.bulkId ?? newBulkId();
  const results = messages.flatMap(({ sender = '', destinations, content, options: own, webhooks }) =>
    destinations.map(({ to, messageId }) => {
      const parts = countSegments(content.text);
      const result = outbox.submit(
        {
          channel: 'sms',
          bulkId,
          messageId,
          to,
          from: sender,
          text: content.text,
          parts,
          platform: own?.platform,
          callbackData: webhooks?.callbackData,
          notifyUrl: webhooks?.delivery?.url,
        },
        keyId,
        call.source,
      );
      return { ...result, destination: to, details: { messageCount: parts } };
    }),
  );
  return { status: 200, body: { bulkId, messages: results } };
}

/** `POST /viber/2/messages`. */
export function sendViber(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validateViber, 'platform');
  if (invalid) return invalid;
  const bulkId = newBulkId();
  const results = (call.body as ViberRequest).messages.flatMap(({ sender, destinations, content, options, webhooks }) =>
    destinations.map(({ to, messageId }) => {
      const { text } = content;
      const { platform } = options ?? {};
      const { callbackData, delivery } = webhooks ?? {};
      const common = { bulkId, messageId, to, from: sender, callbackData, notifyUrl: delivery?.url };
      const entry = { ...common, text, parts: 1, platform };
      return { ...outbox.submit({ ...entry, channel: 'viber' }, keyId, call.source), destination: to };
    }),
  );
  return { status: 200, body: { bulkId, messages: results } };
}

/** `POST /whatsapp/1/message/template`. */
export function sendTemplate(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validateWhatsApp, 'service');
  if (invalid) return invalid;
  const { messages, bulkId = newBulkId() } = call.body as WhatsAppRequest;
  const results = messages.map(({ from, to, messageId, content, callbackData, notifyUrl }) => {
    const text = `${content.templateName}[${content.templateData.body.placeholders.join(',')}]`;
    const common = { bulkId, messageId, to, from, callbackData, notifyUrl };
    const entry = { ...common, channel: 'whatsapp' as const, text, parts: 1 };
    const { status, messageId: id } = outbox.submit(entry, keyId, call.source);
    return { to, messageCount: 1, messageId: id, status };
  });
  return { status: 200, body: { messages: results, bulkId } };
}

/** `POST /whatsapp/1/message/text`: free text, one message. */
export function sendText(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validateWhatsAppText, 'service');
  if (invalid) return invalid;
  const { from, to, messageId, content, callbackData, notifyUrl } = call.body as WhatsAppTextRequest;
  const common = { bulkId: newBulkId(), messageId, to, from, callbackData, notifyUrl };
  const entry = { ...common, channel: 'whatsapp' as const, parts: 1 };
  const { status, messageId: id } = outbox.submit({ ...entry, text: content.text }, keyId, call.source);
  return { status: 200, body: { to, messageCount: 1, messageId: id, status } };
}

/** `POST /sms/1/preview`: how a text would be split. Sends nothing. */
export function previewSms(call: ProviderCall): ProviderReply {
  const invalid = invalidReply(call, validatePreview, 'service');
  if (invalid) return invalid;
  const { text } = call.body as { readonly text: string };
  const preview = { textPreview: text, messageCount: countSegments(text), configuration: {} };
  return { status: 200, body: { originalText: text, previews: [preview] } };
}

/** Also tells a malformed body from one of the wrong kind. */
export function invalidReply(
  { body, encoding }: ProviderCall,
  validate: Validate,
  form: ErrorForm,
): ProviderReply | undefined {
  if (encoding === 'malformed' || encoding === 'none') return errorReply(form, 400);
  if (encoding !== 'json') return errorReply(form, 415);
  const violations = validate(body);
  return violations.length > 0 ? errorReply(form, 400, undefined, violations) : undefined;
}

export const newBulkId = (): string => `${String(Date.now())}${String(randomInt(1e6)).padStart(6, '0')}`;
