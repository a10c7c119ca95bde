import type { ReceiptReader } from '../../shared/receipt.ts';
import { formIn } from '../receipt-body.ts';
import { stateOfStatus } from './record.ts';

/**
 * Twilio's status callback: a form with `MessageSid`, `MessageStatus` and, where it failed, `ErrorCode`.
 *
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const readTwilioReceipt: ReceiptReader = async (body) => {
  const { MessageSid: sid = '', MessageStatus: status, ErrorCode: code = '' } = await formIn(body);
  if (!/^(SM|MM)[0-9a-fA-F]{32}$/.test(sid)) return [];
  return [{ providerMessageId: sid, state: stateOfStatus(status, /^\d{1,6}$/.test(code) ? Number(code) : undefined) }];
};
