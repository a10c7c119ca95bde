import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import type { SecretValue } from './secret-value.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** What GCM is specified for (NIST SP 800-38D, 5.2.1.1). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key for one purpose, by HKDF-SHA-256 (RFC 5869). */
export const sealKey = (pepper: SecretValue, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', pepper.reveal(), '', `keyroom ${purpose}`, KEY_BYTES));

/**
 * Closes a text by AES-256-GCM under a nonce of its own.
 *
 * @param context what it belongs to: it opens together with the same one only
 */
export const sealText = (key: Uint8Array, context: string, text: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
};

/** @throws Error when it was not closed with this key and in this context */
export const openText = (key: Uint8Array, context: string, sealed: Buffer): string => {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  }).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
};
