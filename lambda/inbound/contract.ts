/** What the function that takes in what people write and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  provider: 'KEYROOM_PROVIDER',
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of numbers and the path. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
  /** What the provider signs with; absent where the path alone says who calls. */
  receiptsSecretArn: 'RECEIPTS_SECRET_ARN',
  /** What events tell: `masked` or `full`. */
  inbound: 'KEYROOM_INBOUND',
  /** Set by Lambda itself. */
  region: 'AWS_REGION',
} as const;
