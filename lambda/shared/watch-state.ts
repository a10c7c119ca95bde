import type { QuarantineScope } from './quarantine-command.ts';

/** Where the memory of the watch is in the ledger. */
export const WATCH_KEY = 'watch#state';

/** What is watched of every app: all of its messages, and those to other countries than its own. */
export const FLOWS = ['messages', 'abroad'] as const;
export type Flow = (typeof FLOWS)[number];

/** What a minute is usually like, on the scale of the watch (see `lambda/watch/usual.ts`). */
export interface Usual {
  readonly level: number;
  readonly spread: number;
}

/** The usual of the hour before, of this one and of the next; `null` where nothing is known yet. */
export type Around = readonly [Usual | null, Usual | null, Usual | null];

/** One flow of an app, as far as this hour has come. */
export interface FlowState {
  /** Messages in each minute of this hour, without those that were announced. */
  readonly counts: readonly number[];
  /** How far above the usual the last minutes were: what pages. */
  readonly excess: number;
  readonly around: Around;
}

/** How much of a limit's window was used when the watch looked. */
export interface WindowReading {
  /** Beginning of the window, in seconds since the epoch. */
  readonly start: number;
  readonly used: number;
}

/** A freeze that was commanded and that the app's item does not show yet. */
export interface Stopping {
  readonly scope: QuarantineScope;
  /** Names the command. */
  readonly key: string;
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
}

/** What the watch remembers of an app. */
export interface AppWatch {
  /** By the limit's name. */
  readonly readings: Readonly<Record<string, WindowReading>>;
  readonly flows: Readonly<Record<Flow, FlowState>>;
  /** Money of the last minutes, in millionths; empty where there is no cap in money. */
  readonly spent: readonly number[];
  /** Countries that it has sent to (ISO 3166-1 alpha-2). */
  readonly countries: readonly string[];
  /** When its first message was seen, in milliseconds since the epoch; `null` before. */
  readonly sendsSince: number | null;
  /** The cap in money that is at risk, and since when; `null` for none. */
  readonly risk: { readonly limit: string; readonly since: number } | null;
  /** What the watch has had it frozen for, of what has not ended since. */
  readonly stoppedFor: { readonly flood: boolean; readonly money: boolean };
  readonly stopping: readonly Stopping[];
}

/** What the watch remembers from minute to minute. */
export interface WatchState {
  /** Counts the writes; a write based on an older state is refused. */
  readonly revision: number;
  /** When it looked, in milliseconds since the epoch. */
  readonly at: number;
  /** The hour it is in, in hours since the epoch. */
  readonly hour: number;
  readonly apps: Readonly<Record<string, AppWatch>>;
  /** Countries that any app has ever sent to, of apps that are gone, too. */
  readonly countries: readonly string[];
}
