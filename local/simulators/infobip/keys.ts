import { randomBytes, randomUUID } from 'node:crypto';
import { checkpointOf, type Restore, restoreAll } from '../checkpoint.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { CredentialRecord } from '../provider.ts';
import { isAllowedAddress } from './allowed-addresses.ts';
import type { ApiKeyRequest } from './schemas.ts';
import type { InfobipSettings } from './settings.ts';

/** A key as the managing user sees it. */
export interface ApiKey {
  readonly id: string;
  readonly apiKeySecret: string;
  readonly accountId: string;
  readonly name: string;
  readonly allowedIPs: readonly string[];
  /** UTC without a zone, as Infobip writes it. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly enabled: boolean;
  readonly permissions?: readonly string[];
  readonly scopeGuids?: readonly string[];
  readonly platform?: readonly object[];
}

/** Why a call with a key is refused. `key` covers unknown, disabled, expired: Infobip does not say which. */
export type KeyRefusal = 'key' | 'address' | 'scope';

/** The account's keys and who may use them for what. There is no way to delete one. */
export interface KeyRing {
  create(request: ApiKeyRequest): ApiKey;
  /** Changes what the request names. Undefined: no such key. */
  update(id: string, change: Partial<ApiKeyRequest>): ApiKey | undefined;
  find(id: string): ApiKey | undefined;
  list(): readonly ApiKey[];
  /** @param scopes any one of them suffices. */
  authorize(
    secret: string,
    source: string,
    scopes: readonly string[],
  ): { readonly ok: true; readonly keyId: string } | { readonly ok: false; readonly refused: KeyRefusal };
  credentials(): readonly CredentialRecord[];
  checkpoint(): Restore;
}

interface Entry {
  readonly createdAt: number;
  readonly current: ApiKey;
  /** Newest last; a version counts once the propagation delay has passed. */
  readonly versions: { readonly since: number; readonly key: ApiKey }[];
}

const YEAR_MS = 365 * 86_400_000;
const MAX_VERSIONS = 50;
const PERMISSIONS = ['PUBLIC_API'];

/** Makes an empty key ring. */
export function createKeyRing(clock: Clock, settings: InfobipSettings, accountId: string): KeyRing {
  const byId = new Map<string, Entry>();
  const bySecret = new Map<string, Entry>();

  const put = (entry: Entry): void => {
    byId.set(entry.current.id, entry);
    bySecret.set(entry.current.apiKeySecret, entry);
  };
  const inEffect = ({ versions }: Entry): ApiKey | undefined =>
    versions.findLast(({ since }) => clock.now() >= since + settings.propagationSeconds * 1000)?.key;
  const isValid = (key: ApiKey): boolean =>
    clock.now() >= parseTime(key.validFrom) && clock.now() < parseTime(key.validTo);

  return {
    create: (request) => {
      const now = clock.now();
      const key: ApiKey = {
        id: randomBytes(16).toString('hex').toUpperCase(),
        apiKeySecret: `${randomBytes(16).toString('hex')}-${randomUUID()}`,
        accountId,
        ...(request.platform || request.permissions ? {} : { permissions: PERMISSIONS }),
        ...request,
        allowedIPs: request.allowedIPs ?? [],
        validFrom: request.validFrom ?? formatTime(now),
        validTo: request.validTo ?? formatTime(now + YEAR_MS),
        enabled: true,
      };
      put({ createdAt: now, current: key, versions: [{ since: now, key }] });
      return key;
    },
    update: (id, change) => {
      const entry = byId.get(id);
      if (!entry) return undefined;
      const current = { ...entry.current, ...change };
      const versions = [...entry.versions, { since: clock.now(), key: current }].slice(-MAX_VERSIONS);
      put({ ...entry, current, versions });
      return current;
    },
    find: (id) => byId.get(id)?.current,
    list: () => [...byId.values()].map(({ current }) => current),
    authorize: (secret, source, scopes) => {
      const entry = bySecret.get(secret);
      const key = entry && inEffect(entry);
      if (!key?.enabled || !isValid(key)) return { ok: false, refused: 'key' };
      if (!isAllowedAddress(key.allowedIPs, source)) return { ok: false, refused: 'address' };
      // A key created without scopes has all those of the user who created it.
      if (key.scopeGuids && !key.scopeGuids.some((scope) => scopes.includes(scope))) {
        return { ok: false, refused: 'scope' };
      }
      return { ok: true, keyId: key.id };
    },
    credentials: () =>
      [...byId.values()].map(({ createdAt, current }) => ({
        id: current.id,
        state: !current.enabled ? 'disabled' : clock.now() >= parseTime(current.validTo) ? 'expired' : 'active',
        createdAt: isoTime(createdAt),
        allowedIps: current.allowedIPs,
        label: current.name,
      })),
    checkpoint: () => restoreAll([checkpointOf(byId), checkpointOf(bySecret)]),
  };
}

/** Reads Infobip's times: without a zone they are UTC. */
export const parseTime = (text: string): number => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);

const formatTime = (ms: number): string => isoTime(ms).slice(0, 19);
