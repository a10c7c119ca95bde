import type { PersonsMessage } from '../inbound.ts';
import type { OutgoingReceipt } from '../receipts.ts';
import { newSid } from './account.ts';
import type { TwilioSettings } from './settings.ts';
import { type Account, signatureOf } from './status-callback.ts';

/** Twilio's incoming message webhook, signed. https://www.twilio.com/docs/messaging/guides/webhook-request */
export const inboundOf = (
  { url, from, to, text, channel, id = newSid('SM') }: PersonsMessage,
  account: Account,
  settings: Pick<TwilioSettings, 'sharedKey'>,
): OutgoingReceipt => {
  const prefix = channel === 'whatsapp' ? 'whatsapp:' : '';
  const fields = {
    AccountSid: account.sid,
    ApiVersion: '2010-04-01',
    Body: text,
    From: prefix + from,
    MessageSid: id,
    NumMedia: '0',
    NumSegments: '1',
    SmsMessageSid: id,
    SmsSid: id,
    SmsStatus: 'received',
    To: prefix + to,
  };
  return {
    url,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(fields).toString(),
    headers: signatureOf(url, fields, account, settings),
  };
};
