/** What the watching function and its construct agree on. */
export const ENV = {
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
  /** The function that may freeze; absent where nobody could unfreeze. */
  incidentFunction: 'INCIDENT_FUNCTION',
  /** `true` where a country that is new to the room is frozen. */
  freezeCountries: 'FREEZE_COUNTRIES',
  /** `true` where an app that pages is frozen. */
  freezeApps: 'FREEZE_APPS',
} as const;

/** Above it the messages of the last minutes are no coincidence: set on seeded traces (`bench/volume.ts`). */
export const MOST_EXCESS = 30;
