/** What is asked of the function that keeps the keys, by a function that may not know it: a part of its own commands. */
export type KeysCommand =
  | { readonly action: 'rotate' | 'status' }
  | { readonly action: 'revoke' | 'replace'; readonly versions: readonly string[] }
  | { readonly action: 'revoke-managing'; readonly managing: string };

/** A sending key, by the version that holds it. */
export interface KeyStanding {
  readonly versionId: string;
  readonly state: string;
}

/** A credential that makes keys. */
export interface ManagingStanding extends KeyStanding {
  /** What a person has to do about it. @default - nothing */
  readonly todo?: string;
}

/** Its answer, as far as others look at it. */
export type KeysAnswer =
  | {
      readonly ok: true;
      /** What was done, in order, each a plain sentence. */
      readonly steps: readonly string[];
      readonly credentials: readonly KeyStanding[];
      readonly managing: readonly ManagingStanding[];
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
    };
