import { checkpointOf, type Restore } from '../checkpoint.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { CredentialRecord } from '../provider.ts';
import { newSecret, newSid } from './account.ts';
import type { TwilioSettings } from './settings.ts';

/** What a restricted key may do; `null` on a Standard or Main key, which may do whatever its kind may. */
export interface Policy {
  readonly allow: readonly string[];
}

export interface ApiKey {
  readonly sid: string;
  readonly secret: string;
  readonly friendlyName: string;
  readonly kind: 'main' | 'standard' | 'restricted';
  readonly policy: Policy | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** `null` while it lives. */
  readonly deletedAt: number | null;
}

/** The account's keys. A deleted one is kept, to be refused and to be shown to a test driver. */
export interface KeyRing {
  create(friendlyName: string, policy: Policy | null): ApiKey;
  /** Undefined: no such key, or deleted. The Main key is no resource of the API. */
  find(sid: string): ApiKey | undefined;
  /** Newest first. */
  list(): readonly ApiKey[];
  update(sid: string, change: Partial<Pick<ApiKey, 'friendlyName' | 'policy'>>): ApiKey | undefined;
  /** False: no such key. */
  remove(sid: string): boolean;
  /** The key that these are the SID and the secret of, as far as the change has reached all servers. */
  authenticate(sid: string, secret: string): ApiKey | undefined;
  /** Every key but the Main ones. */
  all(): readonly ApiKey[];
  credentials(): readonly CredentialRecord[];
  checkpoint(): Restore;
}

export interface MainKey {
  readonly sid: string;
  readonly secret: string;
}

/**
 * Makes a key ring with Main keys, which only the console can make and delete.
 *
 * @param mains those there are now.
 */
export function createKeyRing(clock: Clock, settings: TwilioSettings, mains: () => readonly MainKey[]): KeyRing {
  const keys = new Map<string, ApiKey>();
  const find = (sid: string): ApiKey | undefined => {
    const key = keys.get(sid);
    return key?.deletedAt === null ? key : undefined;
  };
  const hasPropagated = (since: number): boolean => clock.now() >= since + settings.propagationSeconds * 1000;
  const put = (key: ApiKey): ApiKey => {
    keys.set(key.sid, key);
    return key;
  };

  return {
    create: (friendlyName, policy) => {
      const now = clock.now();
      return put({
        sid: newSid('SK'),
        secret: newSecret(),
        friendlyName,
        kind: policy ? 'restricted' : 'standard',
        policy,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      });
    },
    find,
    list: () => [...keys.values()].filter(({ deletedAt }) => deletedAt === null).toReversed(),
    update: (sid, change) => {
      const key = find(sid);
      return key && put({ ...key, ...change, updatedAt: clock.now() });
    },
    remove: (sid) => {
      const key = find(sid);
      if (key) put({ ...key, deletedAt: clock.now() });
      return key !== undefined;
    },
    authenticate: (sid, secret) => {
      if (mains().some((main) => sid === main.sid && secret === main.secret)) {
        return {
          sid,
          secret,
          friendlyName: 'Main',
          kind: 'main',
          policy: null,
          createdAt: 0,
          updatedAt: 0,
          deletedAt: null,
        };
      }
      const key = keys.get(sid);
      if (key?.secret !== secret || !hasPropagated(key.createdAt)) return undefined;
      return key.deletedAt === null || !hasPropagated(key.deletedAt) ? key : undefined;
    },
    all: () => [...keys.values()],
    credentials: () =>
      [...keys.values()].map(({ sid, friendlyName, createdAt, deletedAt }) => ({
        id: sid,
        state: deletedAt === null ? 'active' : 'disabled',
        createdAt: isoTime(createdAt),
        label: friendlyName,
      })),
    checkpoint: () => checkpointOf(keys),
  };
}
