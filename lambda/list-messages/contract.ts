/** What a list can be asked for, in the query of the request. */
export const LIST_PARAMETERS = ['since', 'until', 'reference', 'to', 'limit', 'cursor'] as const;

/** What the function that lists messages and its construct agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of numbers, and closes cursors. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
} as const;
