import type { MessageContent } from './messaging-provider.ts';
import { openText, sealKey, sealText } from './sealed-text.ts';
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

/** {@link ContentSeal} by AES-256-GCM; random nonces are safe, as a message's key closes a few values only. */
export const createContentSeal = (pepper: SecretValue): ContentSeal => {
  const keyOf = (id: string): Uint8Array => sealKey(pepper, `content ${id}`);
  return {
    seal: (id, content) => sealText(keyOf(id), id, JSON.stringify(content)).toString('base64'),
    open: (id, sealed) => JSON.parse(openText(keyOf(id), id, Buffer.from(sealed, 'base64'))) as Sealed,
  };
};
