/** What is asked of the function that keeps the keys, by a function that may not know it: a part of its own commands. */
export interface KeysCommand {
  readonly action: 'rotate';
}

/** Its answer, as far as others look at it. */
export type KeysAnswer =
  | {
      readonly ok: true;
      /** What was done, in order, each a plain sentence. */
      readonly steps: readonly string[];
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
    };
