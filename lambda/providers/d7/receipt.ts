import type { ReceiptReader } from '../../shared/receipt.ts';
import { formIn } from '../receipt-body.ts';
import { stateOfWord } from './records.ts';

/**
 * D7's callback: a form with `request_id`, `msg_id`, `recipient`, `originator` and `status`. Nothing in it is signed.
 *
 * https://d7networks.com/docs/Messages/Receive_SMS_Postback/. That those of WhatsApp and Viber look alike is assumed.
 */
export const readD7Receipt: ReceiptReader = async (body) => {
  const { request_id: id = '', status } = await formIn(body);
  return id === '' ? [] : [{ providerMessageId: id, state: stateOfWord(status) }];
};
