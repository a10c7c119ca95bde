import type { ReceiptReader } from '../../shared/receipt.ts';
import { fieldsOf } from '../../shared/json.ts';
import { documentIn } from '../receipt-body.ts';
import { stateOfStatus } from './record.ts';

/**
 * Infobip's delivery reports: a JSON object with up to 100 `results`, each with `messageId` and `status`.
 *
 * Infobip's OpenAPI 3.210.0, `SmsWebhookDeliveryReportResponse`.
 */
export const readInfobipReceipt: ReceiptReader = (body) => {
  const { results } = documentIn(body);
  const entries = Array.isArray(results) ? (results as unknown[]) : [];
  return Promise.resolve(
    entries.flatMap((entry) => {
      const { messageId, status } = fieldsOf(entry);
      return typeof messageId === 'string' ? [{ providerMessageId: messageId, state: stateOfStatus(status) }] : [];
    }),
  );
};
