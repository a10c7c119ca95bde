/** What the function that checks app keys and its construct agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of app keys. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
} as const;
