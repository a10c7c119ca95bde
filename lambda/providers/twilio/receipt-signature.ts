import { createHmac, timingSafeEqual } from 'node:crypto';

import type { ReceiptVerifier, Signed } from '../../shared/receipt.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { formIn } from '../receipt-body.ts';

const SIGNATURE = 'x-twilio-signature';
const SETTINGS = 'x-twilio-webhooks-signature-settings';

/**
 * Whether a status callback is signed by a shared key of the room's account.
 *
 * Twilio signs the address that it calls, followed by each field's name and value in the order of the names, by HMAC-SHA256,
 * and names key and algorithm in a header of its own. Without that header the signature is one by the account's auth
 * token: a master key, which a public function has no business with, so such a callback counts as unsigned.
 *
 * As twilio-python 9.13.0 checks it (`request_validator.py`), but for one thing: there the address may bear a port.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export const verifyTwilioReceipt: ReceiptVerifier = async ({ url, headers, body }, keys): Promise<Signed> => {
  const { key: id, algorithm } = settingsIn(headers[SETTINGS] ?? '');
  const signature = Buffer.from(headers[SIGNATURE] ?? '', 'base64');
  if (id === undefined || algorithm === undefined) return 'unsigned';
  if (algorithm !== 'HMAC_SHA256') return 'forged';
  const fields = await formIn(body);
  const text = Object.keys(fields)
    .sort()
    .reduce((signed, name) => signed + name + (fields[name] ?? ''), url);
  const isGenuine = keys.some((key) => {
    const { sharedKeyId, sharedKeySecret } = fieldsOf(jsonOf(key.reveal()));
    if (sharedKeyId !== id || typeof sharedKeySecret !== 'string') return false;
    const wanted = createHmac('sha256', sharedKeySecret).update(text, 'utf8').digest();
    return wanted.length === signature.length && timingSafeEqual(wanted, signature);
  });
  return isGenuine ? 'genuine' : 'forged';
};

/** `key=<id>,algorithm=HMAC_SHA256` */
const settingsIn = (header: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    header.split(',').flatMap((part) => {
      const [name = '', value = ''] = part.split('=').map((text) => text.trim());
      return value === '' ? [] : [[name, value]];
    }),
  );
