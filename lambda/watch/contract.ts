/** What the watching function and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
} as const;
