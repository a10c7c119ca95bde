import { createHash, timingSafeEqual } from 'node:crypto';

/** Characters of a message's id behind `msg_`, and of the secret: 128 bits in base64url. */
const ID_CHARACTERS = 26;
export const RECEIPT_SECRET_CHARACTERS = 22;

/** The last part of a receipt's path: which message, and that whoever calls was told so by us. */
export interface ReceiptPath {
  readonly id: string;
  readonly secret: string;
}

/** The path's last part for a message; 48 characters that need no escaping. */
export const receiptPathOf = ({ id, secret }: ReceiptPath): string => `${id.slice(-ID_CHARACTERS)}${secret}`;

/** Takes such a part apart; `undefined` for anything of another form. */
export const readReceiptPath = (part: string): ReceiptPath | undefined => {
  const [, id, secret] = /^([0-9A-HJKMNP-TV-Z]{26})([\w-]{22})$/.exec(part) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: `msg_${id}`, secret };
};

/** What is kept of a secret: the public function can check one with it and make none. */
export const receiptHashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url').slice(0, RECEIPT_SECRET_CHARACTERS);

/** Whether a secret is the one that a hash is of, in constant time. */
export const isReceiptSecret = (secret: string, hash: string): boolean => {
  const [given, wanted] = [Buffer.from(receiptHashOf(secret)), Buffer.from(hash)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};

/** Whether this could be a secret: what could not needs no comparison. */
export const isReceiptSecretForm = (text: string): boolean => /^[\w-]{22}$/.test(text);
