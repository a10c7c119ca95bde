/** What the send function and its construct agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the sending secret; absent in a sandbox room. */
  sendingSecretArn: 'SENDING_SECRET_ARN',
  /** ARN of the secret that keys message ids and number hashes. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
  /** Overrides the provider's address; only the `local` environment may set it. */
  providerBaseUrl: 'PROVIDER_BASE_URL',
  /** Seconds a key read from Secrets Manager may be used before it is read again. */
  keyCacheSeconds: 'KEY_CACHE_SECONDS',
  /** Seconds after a rotation during which AWSPREVIOUS may still be tried. */
  keyGraceSeconds: 'KEY_GRACE_SECONDS',
} as const;

/** Largest request body, in bytes: far above any message, far below what costs money to parse. */
export const MAX_BODY_BYTES = 32 * 1024;
