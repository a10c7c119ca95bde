/** What every function that takes messages to the provider agrees on with its construct. */
export const DELIVERY_ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the sending secret; absent in a sandbox room. */
  sendingSecretArn: 'SENDING_SECRET_ARN',
  /** ARN of the secret that keys message ids, number hashes and sealed content. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
  /** Queue of one-time codes that wait for their next attempt. */
  otpQueueUrl: 'OTP_QUEUE_URL',
  /** Queue of all other messages that wait for theirs. */
  queueUrl: 'QUEUE_URL',
  /** Where the provider's receipts go, without the part that names the message; absent where it sends none. */
  receiptUrl: 'RECEIPT_URL',
  /** Overrides the provider's address; only the `local` environment may set it. */
  providerBaseUrl: 'PROVIDER_BASE_URL',
  /** Seconds a key read from Secrets Manager may be used before it is read again. */
  keyCacheSeconds: 'KEY_CACHE_SECONDS',
  /** Seconds after a rotation during which AWSPREVIOUS may still be tried. */
  keyGraceSeconds: 'KEY_GRACE_SECONDS',
} as const;
