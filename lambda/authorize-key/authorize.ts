import type { AppKeyLookup, AppKeyRecord } from '../shared/app-key-ledger.ts';
import type { Clock } from '../shared/clock.ts';
import type { AppKeyPolicy, KeyScope, RoomPolicy } from '../shared/contract.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import { isWithin } from '../shared/network.ts';
import type { SecretValue } from '../shared/secret-value.ts';

/** What checking a key needs from the outside. */
export interface AuthorizePorts {
  readonly room: RoomPolicy;
  readonly keys: Pick<AppKeyLookup, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  /** @returns undefined while the pepper cannot be read */
  readonly hashes: () => Promise<Pick<KeyedHash, 'appKey'> | undefined>;
}

/** A request that came with something that may be a key. */
export interface KeyedRequest {
  readonly key: SecretValue;
  /** `<method> <resource>`, such as `GET /v1/messages/{id}`. */
  readonly operation: string;
  /** The peer's address, as the gateway saw it. */
  readonly address: string;
  readonly fromBrowser: boolean;
}

/** Why a key that there is, or was, may not be used. */
export type KeyRefusal = 'revoked' | 'expired' | 'app-without-keys' | 'browser' | 'network' | 'scope';

/** What a key came to. - `unknown`: no key of this room. - `unavailable`: it cannot be checked now. */
export type Authorization =
  | { readonly kind: 'allowed'; readonly record: AppKeyRecord }
  | { readonly kind: 'refused'; readonly reason: KeyRefusal; readonly record: AppKeyRecord }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

/** The scope that each operation needs. One that is not here is open to no key. */
const SCOPES: Readonly<Record<string, KeyScope>> = {
  'POST /v1/messages': 'messages:send',
  'GET /v1/messages': 'messages:read',
  'GET /v1/messages/{id}': 'messages:read',
  'GET /v1/usage': 'usage:read',
};

/**
 * Whether this key may do this, from here, now.
 *
 * The configuration decides together with the key: an app that lost its keys, a scope or a network loses them at once.
 * Nothing is remembered between two requests.
 */
export const authorize = async (
  { room, keys, clock, hashes }: AuthorizePorts,
  { key, ...request }: KeyedRequest,
): Promise<Authorization> => {
  const hash = (await hashes())?.appKey(key);
  if (hash === undefined) return { kind: 'unavailable' };
  const record = await keys.find(hash);
  if (record === undefined) return { kind: 'unknown' };
  const policy = Object.hasOwn(room.apps, record.app) ? room.apps[record.app]?.keys : undefined;
  const reason = refusalOf(record, policy, request, clock.now());
  return reason === undefined ? { kind: 'allowed', record } : { kind: 'refused', reason, record };
};

/** A key that is dead is not said to have been in a browser: that is for those that still open something. */
const refusalOf = (
  record: AppKeyRecord,
  policy: AppKeyPolicy | undefined,
  { operation, address, fromBrowser }: Omit<KeyedRequest, 'key'>,
  now: number,
): KeyRefusal | undefined => {
  if (record.revokedAt !== undefined) return 'revoked';
  if (record.validUntil <= now) return 'expired';
  if (policy === undefined) return 'app-without-keys';
  if (fromBrowser) return 'browser';
  if (!comesFrom(address, policy.allowedNetworks) || !comesFrom(address, record.networks)) return 'network';
  const scope = Object.hasOwn(SCOPES, operation) ? SCOPES[operation] : undefined;
  if (scope === undefined || !policy.scopes.includes(scope) || !record.scopes.includes(scope)) return 'scope';
  return undefined;
};

const comesFrom = (address: string, networks: readonly string[]): boolean =>
  networks.length === 0 || isWithin(address, networks);
