/** What the query function and its construct agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
} as const;
