import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { isReceiptSecret, readReceiptPath, receiptHashOf, receiptPathOf } from '../../../lambda/shared/receipt-path.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';

const hashes = createKeyedHash(new SecretValue('pepper'));
const id = hashes.messageId('shop', 'key-1');
const secret = hashes.receiptSecret(id);

describe('the path of receipts', () => {
  test('names the message and needs no escaping', () => {
    const part = receiptPathOf({ id, secret });
    expect(part).toMatch(/^[\w-]{48}$/);
    expect(readReceiptPath(part)).toEqual({ id, secret });
  });

  test('its secret is the message’s own, and not derived from what the app or the table shows', () => {
    expect(secret).not.toBe(hashes.receiptSecret(hashes.messageId('shop', 'key-2')));
    expect(secret).not.toBe(createKeyedHash(new SecretValue('other')).receiptSecret(id));
    expect(receiptHashOf(secret)).not.toContain(secret);
  });

  test.each([[''], ['x'], [`msg_${'0'.repeat(44)}`], [`${'0'.repeat(47)}/`], ['0'.repeat(49)], ['I'.repeat(48)]])(
    'fails when the part is %j',
    (part) => {
      expect(readReceiptPath(part)).toBeUndefined();
    },
  );

  test('only the whole secret fits its hash', () => {
    const hash = receiptHashOf(secret);
    expect(isReceiptSecret(secret, hash)).toBe(true);
    expect(isReceiptSecret(secret.slice(0, -1), hash)).toBe(false);
    expect(isReceiptSecret(hash, hash)).toBe(false);
    expect(isReceiptSecret(secret, '')).toBe(false);
  });
});
