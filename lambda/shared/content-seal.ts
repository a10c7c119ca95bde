import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import type { MessageContent } from './messaging-provider.ts';
import type { SecretValue } from './secret-value.ts';

/** What of a message is personal: whom it goes to and, while it may still have to be sent, what it says. */
export interface Sealed {
  /** E.164. */
  readonly to: string;
  readonly content?: MessageContent;
}

/**
 * Closes what is personal so that only the room's functions can open it, each message under a key of its own.
 *
 * The table is encrypted, too; this one is for whoever may read the table all the same: its backups and exports, a
 * stream, a person in the console. None of them has the pepper.
 */
export interface ContentSeal {
  seal(id: string, content: Sealed): string;
  /** @throws Error when it was not closed under this id with this pepper */
  open(id: string, sealed: string): Sealed;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** What GCM is specified for (NIST SP 800-38D, 5.2.1.1); random is safe, as a message's key closes a few values only. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** {@link ContentSeal} by AES-256-GCM, the key derived from the pepper by HKDF-SHA-256 (RFC 5869). */
export const createContentSeal = (pepper: SecretValue): ContentSeal => {
  const keyOf = (id: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', pepper.reveal(), '', `keyroom content ${id}`, KEY_BYTES));
  return {
    seal: (id, content) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, keyOf(id), nonce).setAAD(Buffer.from(id));
      const closed = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final()];
      return Buffer.concat([nonce, ...closed, cipher.getAuthTag()]).toString('base64');
    },
    open: (id, sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv(CIPHER, keyOf(id), bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      }).setAAD(Buffer.from(id));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(text) as Sealed;
    },
  };
};
