/** What the receipt function and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  provider: 'KEYROOM_PROVIDER',
  ledgerTable: 'LEDGER_TABLE',
  /** What the provider signs with; absent where receipts are confirmed by asking. */
  receiptsSecretArn: 'RECEIPTS_SECRET_ARN',
  /** Set by Lambda itself. */
  region: 'AWS_REGION',
} as const;
