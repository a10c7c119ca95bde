import type { FreezeScope } from './app-freeze.ts';

/** A fixed window of a limit: from its beginning on, for its length, it holds so many units. */
export interface Window {
  /** Name of the limit: part of attribute names, so lower-case words and hyphens only. */
  readonly limit: string;
  /** Beginning of the window, in seconds since the epoch. */
  readonly start: number;
  /** Length of the window, in seconds. */
  readonly length: number;
  /** Units the window holds. */
  readonly capacity: number;
}

/** Units of one window that a message costs. */
export interface Take extends Window {
  readonly units: number;
  /**
   * Partition key of the item that holds the window: the first take makes it, and it leaves by itself.
   *
   * @default - the app's own item, which must be there and must not be frozen
   */
  readonly item?: string;
  /**
   * Where the item is a recipient's: the day, by its beginning in seconds since the epoch. Such an item stays while its
   * recipient is opted out, so it holds the windows of one day only, those of all apps.
   *
   * @default - the item is of its own moment, and of one app
   */
  readonly day?: number;
}

/** A window and what is left of it. */
export interface WindowState {
  readonly window: Window;
  readonly left: number;
}

/** A take that its window cannot give. */
export interface Short extends Take {
  /** Units the window has left, fewer than were asked for. */
  readonly left: number;
}

/** What became of taking units: all of them or, in the end, none. */
export type UnitsResult =
  | {
      readonly kind: 'taken';
      /** The takes as they were made: a window may be later than asked for when this clock is behind. */
      readonly takes: readonly Take[];
      /** What the takes left; without a window that the ledger did not show. */
      readonly windows: readonly WindowState[];
    }
  /** The app is not in the ledger: nobody registered it. */
  | { readonly kind: 'not-registered' }
  | { readonly kind: 'frozen'; readonly scope: FreezeScope }
  /** The recipient does not want messages of this room. */
  | { readonly kind: 'opted-out' }
  | { readonly kind: 'exhausted'; readonly take: Short }
  | { readonly kind: 'failed' }
  | { readonly kind: 'in-doubt' };

/** What a look at windows showed. */
export type UnitsSeen =
  | ({ readonly windows: readonly WindowState[] } & (
      | { readonly kind: 'seen' }
      | { readonly kind: 'opted-out' }
      | { readonly kind: 'frozen'; readonly scope: FreezeScope }
    ))
  | { readonly kind: 'not-registered' };

/**
 * Holds what an app may still send, and to whom.
 *
 * Takes and gives are never retried: a retry of a write that did happen would count twice.
 */
export interface UnitLedger {
  /**
   * Takes from every item at once.
   *
   * There is no transaction: where one item refuses, what the others gave is given back before this returns. So a request
   * may be refused for units that another is about to give back, but never is more taken than a window holds.
   *
   * @param country where the message goes (ISO 3166-1 alpha-2): it may be frozen
   */
  take(app: string, takes: readonly Take[], country: string): Promise<UnitsResult>;
  /** Gives units back after a definite reply, once, to the windows they came from; otherwise they stay spent. */
  giveBack(app: string, takes: readonly Take[]): Promise<void>;
  /**
   * Reads windows and takes nothing.
   *
   * @param country where a message would go. @default - nowhere in particular: frozen countries are not looked at
   * @throws AwsError
   */
  look(app: string, windows: readonly Omit<Take, 'units'>[], country?: string): Promise<UnitsSeen>;
}
