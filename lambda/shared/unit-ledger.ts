/** Units of one fixed window that a message costs. */
export interface Take {
  /** Name of the limit: part of the attribute names, so lower-case words and hyphens only. */
  readonly limit: string;
  /** Beginning of the window, in seconds since the epoch. */
  readonly start: number;
  /** Length of the window, in seconds. */
  readonly length: number;
  readonly units: number;
  /** Units the window holds. */
  readonly capacity: number;
}

/** What became of taking units from the app's windows: all of them or none. */
export type UnitsResult =
  /** The takes as they were made: a window may be later than asked for when this clock is behind. */
  | { readonly kind: 'taken'; readonly takes: readonly Take[] }
  /** The app is not in the ledger: nobody registered it. */
  | { readonly kind: 'not-registered' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'exhausted'; readonly take: Take }
  | { readonly kind: 'failed' }
  | { readonly kind: 'in-doubt' };

/**
 * Holds what an app may still send.
 *
 * Takes and gives are never retried: a retry of a write that did happen would count twice.
 */
export interface UnitLedger {
  take(app: string, takes: readonly Take[]): Promise<UnitsResult>;
  /** Gives units back after a definite reply, once, to the windows they came from; otherwise they stay spent. */
  giveBack(app: string, takes: readonly Take[]): Promise<void>;
}
