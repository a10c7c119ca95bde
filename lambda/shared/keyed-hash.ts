import { createHmac } from 'node:crypto';

import { RECEIPT_SECRET_CHARACTERS } from './receipt-path.ts';
import type { SecretValue } from './secret-value.ts';

/** What the room derives from its pepper: nobody without it can find a message or a number by guessing. */
export interface KeyedHash {
  /** The message's id: a function of the app and its idempotency key, so that neither look-up needs an index. */
  messageId(app: string, idempotencyKey: string): string;
  /** Tells two request bodies apart; the order of fields does not matter. */
  body(body: unknown): string;
  /** What is kept of a number once it is no longer needed. */
  number(e164: string): string;
  /** Counts messages to a range of numbers without naming it. @param digits the first ones of a number */
  prefix(digits: string): string;
  /** What is kept of an app key, in hexadecimal. */
  appKey(key: SecretValue): string;
  /** What only the provider is told about a message, in the path of its receipts. @param id the message's */
  receiptSecret(id: string): string;
  /** What only the provider is told about the room, in the path of messages that people send to it. */
  inboundSecret(): string;
}

/** Crockford's alphabet: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 130 bits: as many as a ULID shows. */
const ID_CHARACTERS = 26;

/** {@link KeyedHash} by HMAC-SHA-256 with the room's pepper. */
export const createKeyedHash = (pepper: SecretValue): KeyedHash => {
  const hmac = (text: string): Buffer => createHmac('sha256', pepper.reveal()).update(text).digest();
  return {
    messageId: (app, idempotencyKey) => `msg_${crockford(hmac(`${app}\0${idempotencyKey}`))}`,
    // No app's name begins with a zero byte, so these can never be the input of an id.
    body: (body) => hmac(`\0body\0${canonical(body)}`).toString('base64url'),
    number: (e164) => hmac(`\0number\0${e164}`).toString('base64url'),
    prefix: (digits) => hmac(`\0prefix\0${digits}`).toString('base64url'),
    appKey: (key) => hmac(`\0appkey\0${key.reveal()}`).toString('hex'),
    receiptSecret: (id) => hmac(`\0receipt\0${id}`).toString('base64url').slice(0, RECEIPT_SECRET_CHARACTERS),
    inboundSecret: () => hmac('\0inbound').toString('base64url').slice(0, RECEIPT_SECRET_CHARACTERS),
  };
};

const crockford = (bytes: Buffer): string => {
  let bits = BigInt(`0x${bytes.toString('hex')}`) >> BigInt(bytes.length * 8 - ID_CHARACTERS * 5);
  let id = '';
  for (let i = 0; i < ID_CHARACTERS; i++, bits >>= 5n) id = ALPHABET.charAt(Number(bits & 31n)) + id;
  return id;
};

/** JSON with the fields of every object in alphabetical order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
