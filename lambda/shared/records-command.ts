import type { LookUp, RecordsErrorCode, SoughtMessage } from './provider-records.ts';

/** Messages of one command: what can be asked about one after another within the function's time. */
export const MOST_SOUGHT = 20;

/**
 * Asks rotate-key what the provider has of some messages, which changes nothing anywhere.
 *
 * The key that sends may not read at every provider, and what may is the managing credential: it stays where it is, and
 * the answer travels.
 */
export interface RecordsCommand {
  readonly action: 'records';
  /** At most {@link MOST_SOUGHT}. */
  readonly messages: readonly SoughtMessage[];
}

/** What asking about one message came to. `failed`: there was no answer to read; asking again later may help. */
export type SoughtAnswer =
  LookUp | { readonly kind: 'failed'; readonly code: RecordsErrorCode | 'credential-absent' | 'no-time-left' };

/** Answer to a {@link RecordsCommand}. */
export type RecordsAnswer =
  | {
      readonly ok: true;
      readonly action: 'records';
      /** In the order of the messages. */
      readonly answers: readonly SoughtAnswer[];
    }
  | { readonly ok: false; readonly action: 'records'; readonly code: string };
