/** What the receipt function and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  provider: 'KEYROOM_PROVIDER',
  ledgerTable: 'LEDGER_TABLE',
} as const;

/** Longest body: far above a receipt, which speaks of one message. */
export const MAX_BODY_BYTES = 32 * 1024;
