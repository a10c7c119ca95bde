import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { APP_KEY_PREFIXES, type AppKeyKind } from './contract.ts';
import { SecretValue } from './secret-value.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62^43 is the first power above 2^256. */
const SECRET_CHARACTERS = 43;
/** 62^6 is the first power above 2^32. */
const CHECKSUM_CHARACTERS = 6;

/**
 * A new key for an app: a prefix that scanners know, 256 random bits, and a checksum.
 *
 * The form is that of GitHub's tokens: a scanner, and the door itself, tell a key from what only looks like one without
 * asking anybody. https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export const newAppKey = (kind: AppKeyKind, random: (bytes: number) => Buffer = randomBytes): SecretValue => {
  const secret = BigInt(`0x${random(SECRET_BYTES).toString('hex')}`);
  const unchecked = `${APP_KEY_PREFIXES[kind]}${base62(secret, SECRET_CHARACTERS)}`;
  return new SecretValue(`${unchecked}${checksum(unchecked)}`);
};

/** The key in an `Authorization` header; `undefined` for whatever cannot be a key of this kind. */
export const appKeyIn = (header: string | undefined, kind: AppKeyKind): SecretValue | undefined => {
  const [, key = ''] = /^Bearer +([0-9A-Za-z_]+)$/i.exec(header?.trim() ?? '') ?? [];
  const prefix = APP_KEY_PREFIXES[kind];
  const unchecked = key.slice(0, -CHECKSUM_CHARACTERS);
  const isWhole = key.length === prefix.length + SECRET_CHARACTERS + CHECKSUM_CHARACTERS;
  if (!isWhole || !key.startsWith(prefix) || key !== `${unchecked}${checksum(unchecked)}`) return undefined;
  return new SecretValue(key);
};

const checksum = (text: string): string => base62(BigInt(crc32(text)), CHECKSUM_CHARACTERS);

const base62 = (value: bigint, characters: number): string => {
  let [text, rest] = ['', value];
  for (let i = 0; i < characters; i++, rest /= 62n) text = ALPHABET.charAt(Number(rest % 62n)) + text;
  return text;
};
