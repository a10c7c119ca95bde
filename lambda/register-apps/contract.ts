/** What the function that registers apps in the ledger and its construct agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
} as const;

/** Resource properties of the custom resource. */
export interface RegisterAppsProperties {
  /** Names of the apps the room has now. */
  readonly apps: readonly string[];
  /** Changes with anything in the template, so that every deployment is asked for. */
  readonly deployment: string;
}
