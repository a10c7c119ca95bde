import { createHmac } from 'node:crypto';
import type { ReportedMessage } from '../receipts.ts';
import { NOT_DELIVERED } from './message-routes.ts';
import type { SentMessage } from './outbox.ts';
import type { TwilioSettings } from './settings.ts';

/** Whose receipts they are, and what signs them. */
export interface Account {
  readonly sid: string;
  readonly authToken: () => string;
}

/**
 * Twilio's status callbacks of a message, signed.
 *
 * By the account's auth token with SHA-1, or by the shared key of the setting `sharedKey` with SHA-256.
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const statusCallbackOf = (
  message: SentMessage,
  url: string,
  statusOf: (message: SentMessage) => string,
  account: Account,
  settings: Pick<TwilioSettings, 'sharedKey'>,
): ReportedMessage => ({
  url,
  to: message.to.replace('whatsapp:', ''),
  acceptedAt: message.sentAt,
  write: (stage) => {
    const status = stage === 'sent' ? 'sent' : statusOf(message);
    const failed = ['failed', 'undelivered'].includes(status);
    const fields: Record<string, string> = {
      AccountSid: account.sid,
      ApiVersion: '2010-04-01',
      ...(message.from === null ? {} : { From: message.from }),
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: message.to,
      ...(failed ? { ErrorCode: String(NOT_DELIVERED.code) } : {}),
    };
    return {
      contentType: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(fields).toString(),
      headers: signatureOf(url, fields, account, settings),
    };
  },
});

/** As twilio-python 9.13.0 checks it: the address, then each field's name and value, by name. */
export const signatureOf = (
  url: string,
  fields: Readonly<Record<string, string>>,
  account: Account,
  { sharedKey }: Pick<TwilioSettings, 'sharedKey'>,
): Record<string, string> => {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + (fields[name] ?? ''), url);
  const by = (algorithm: string, key: string): string =>
    createHmac(algorithm, key).update(signed, 'utf8').digest('base64');
  if (sharedKey === null) return { 'x-twilio-signature': by('sha1', account.authToken()) };
  return {
    'x-twilio-signature': by('sha256', sharedKey.secret),
    'x-twilio-webhooks-signature-settings': `key=${sharedKey.id},algorithm=HMAC_SHA256`,
  };
};
