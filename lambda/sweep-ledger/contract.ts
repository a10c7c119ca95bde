/** What the sweeping function and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
  /** Queue of one-time codes that wait for their next attempt. */
  otpQueueUrl: 'OTP_QUEUE_URL',
  /** Queue of all other messages that wait for theirs. */
  queueUrl: 'QUEUE_URL',
  /** The function that may ask the provider; absent in a sandbox room. */
  readRecordsFunction: 'READ_RECORDS_FUNCTION',
} as const;
