/** What the room itself may have frozen: an app or a country; never the room as a whole, and it unfreezes nothing. */
export type QuarantineScope = { readonly app: string } | { readonly country: string };

/** What the watch asks of the function that freezes. */
export interface QuarantineCommand {
  readonly action: 'quarantine';
  readonly scope: QuarantineScope;
  /** Names the command: the same one twice is one. */
  readonly key: string;
}
