import type { KeyScope } from './contract.ts';

/** What is known of one app key: everything but the key. Moments are in milliseconds since the epoch. */
export interface AppKeyRecord {
  /** Keyed hash of the key, in hexadecimal. */
  readonly hash: string;
  readonly app: string;
  readonly scopes: readonly KeyScope[];
  /** Networks (CIDR) it may be used from; empty for those that the app's configuration allows. */
  readonly networks: readonly string[];
  readonly createdAt: number;
  readonly validUntil: number;
  /** Set once, and never taken back. */
  readonly revokedAt?: number;
}

/** What people and logs call a key: enough of its hash to tell it from any other, and no way back to it. */
export const keyIdOf = ({ hash }: Pick<AppKeyRecord, 'hash'>): string => hash.slice(0, 12);

/** A key that is there, or on its way. */
export interface ListedAppKey {
  readonly hash: string;
  readonly listedAt: number;
}

/** The keys of one app, as they were when they were read. */
export interface AppKeyList {
  /** 0 where there is no list yet. */
  readonly revision: number;
  readonly keys: readonly ListedAppKey[];
}

/** What the door asks about a key. */
export interface AppKeyLookup {
  /** The key with this hash, as it is now: never an older state. */
  find(hash: string): Promise<AppKeyRecord | undefined>;
  /** Notes that a key was used. In doubt nothing is noted. */
  noteUse(hash: string, at: number): Promise<void>;
}

/**
 * The ledger's part about app keys.
 *
 * A key is listed before it exists, so that none that lives is missing from its app's list. Errors are AwsErrors.
 */
export interface AppKeyLedger extends AppKeyLookup {
  /** Puts a key in. @returns false where the hash is taken: it was revoked before it was there */
  add(record: AppKeyRecord): Promise<boolean>;
  /** From now on the key is dead, whether it is there or still to come. */
  revoke(hash: string, app: string, at: number): Promise<void>;
  /** When a key was last used, in milliseconds since the epoch, to within a few minutes. */
  lastUse(hash: string): Promise<number | undefined>;
  list(app: string): Promise<AppKeyList>;
  /** Replaces the list. @returns false where it changed since it was read */
  replaceList(app: string, keys: readonly ListedAppKey[], basedOn: AppKeyList): Promise<boolean>;
}
