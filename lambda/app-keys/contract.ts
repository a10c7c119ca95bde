/** What the function that issues app keys, its construct and the operator's CLI agree on. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARN of the secret that keys the hashes of app keys. */
  pepperSecretArn: 'PEPPER_SECRET_ARN',
} as const;

/** The function's name: physical, because a person may have to type it at night. */
export const appKeysFunctionName = (environment: string, room: string): string =>
  `keyroom-${environment}-${room}-app-keys`;

/** So many keys of one app may live at once: the one in use and its successor. */
export const MAX_LIVE_KEYS = 2;

/** What a person or a schedule may ask of the function. */
export interface AppKeyCommand {
  /**
   * - `issue`: make a key.
   * - `rotate`: make the successor of the only key, as narrow as that one.
   * - `revoke`: end one key, or all of an app, now.
   * - `list`: say where the keys stand, changing nothing.
   * - `check`: count the keys that end soon.
   */
  readonly action: 'issue' | 'rotate' | 'revoke' | 'list' | 'check';
  /** Name of the app; not needed for `check`, nor to revoke a key that is given. */
  readonly app?: string;
  /** Only for `revoke`: what people call the key. @default - all of the app, with `all` */
  readonly keyId?: string;
  readonly all?: boolean;
  /** Only for `revoke`: the key itself, where that is what was found. */
  readonly leaked?: string;
  /** Only for `issue` and `rotate`. @default - those of the app, or of the key that is replaced */
  readonly scopes?: readonly string[];
  /** Networks (CIDR), only for `issue` and `rotate`. @default - those of the app, or of the key that is replaced */
  readonly networks?: readonly string[];
  /** How long the key lives, only for `issue` and `rotate`. @default - as long as a key of the app may */
  readonly days?: number;
}

/** One key as the room reports it: never the key. Moments are ISO 8601. */
export interface AppKeyReport {
  readonly id: string;
  readonly app: string;
  readonly state: 'live' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly validUntil: string;
  /** To within a few minutes; `null` for never. */
  readonly lastUsedAt: string | null;
  readonly scopes: readonly string[];
  /** Empty for those of the app. */
  readonly networks: readonly string[];
}

/** Answer to an {@link AppKeyCommand}. Errors carry a stable code and a sentence a person can act on. */
export type AppKeyResult =
  | {
      readonly ok: true;
      readonly action: AppKeyCommand['action'];
      /** The keys that the command is about, the newest first. */
      readonly keys: readonly AppKeyReport[];
      /** The new key: the only time that anybody sees it. */
      readonly key?: string;
    }
  | {
      readonly ok: false;
      readonly action: AppKeyCommand['action'];
      readonly code: string;
      readonly message: string;
      readonly fix: string;
      /** Whether the same command may succeed later without a change. */
      readonly retryable: boolean;
      /** Lambda's id of the invocation: the function's log has it, too. */
      readonly requestId: string;
    };
