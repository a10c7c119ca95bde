import {
  type AppKeyLedger,
  type AppKeyList,
  type AppKeyRecord,
  keyIdOf,
  type ListedAppKey,
} from '../shared/app-key-ledger.ts';
import { iso } from '../shared/clock.ts';
import type { AppKeyPolicy } from '../shared/contract.ts';
import type { AppKeyReport } from './contract.ts';
import { AppKeyError } from './errors.ts';
import type { AppKeyPorts } from './ports.ts';

/** A key that was listed and never came is forgotten then: long after the function that listed it has ended. */
const ON_ITS_WAY_MS = 5 * 60_000;

/** The keys of an app. */
export interface AppKeys {
  readonly list: AppKeyList;
  /** Newest first, dead ones included until the next key is issued. */
  readonly records: readonly AppKeyRecord[];
  readonly live: readonly AppKeyRecord[];
  /** Those of the list that count: live ones, and what may still become one. */
  readonly counting: readonly ListedAppKey[];
}

/** Names of the room's apps that have keys. */
export const appsWithKeys = ({ room }: Pick<AppKeyPorts, 'room'>): readonly string[] =>
  Object.keys(room.apps).filter((app) => room.apps[app]?.keys);

/** What the keys of an app may do. @throws AppKeyError where there is no such app, or it has no keys */
export const keyPolicyOf = (ports: Pick<AppKeyPorts, 'room'>, app = ''): AppKeyPolicy => {
  const { apps } = ports.room;
  const policy = Object.hasOwn(apps, app) ? apps[app] : undefined;
  const known = appsWithKeys(ports).join(', ');
  if (!policy) throw new AppKeyError('unknown-app', `the room has no app of this name; those with keys are ${known}`);
  if (!policy.keys)
    throw new AppKeyError('app-without-keys', `the app signs its requests; those with keys are ${known}`);
  return policy.keys;
};

/** Reads the keys of an app. */
export const keysOf = async (
  { ledger, clock }: Pick<AppKeyPorts, 'ledger' | 'clock'>,
  app: string,
): Promise<AppKeys> => {
  const list = await ledger.list(app);
  const found = await Promise.all(
    list.keys.map(async (listed) => ({ listed, record: await ledger.find(listed.hash) })),
  );
  const now = clock.now();
  const records = found.flatMap(({ record }) => record ?? []).sort((a, b) => b.createdAt - a.createdAt);
  return {
    list,
    records,
    live: records.filter((record) => stateOf(record, now) === 'live'),
    counting: found
      .filter(({ listed, record }) =>
        record === undefined ? now - listed.listedAt < ON_ITS_WAY_MS : stateOf(record, now) === 'live',
      )
      .map(({ listed }) => listed),
  };
};

const stateOf = ({ revokedAt, validUntil }: AppKeyRecord, now: number): AppKeyReport['state'] => {
  if (revokedAt !== undefined) return 'revoked';
  return validUntil <= now ? 'expired' : 'live';
};

/** What people are told of a key. */
export const reportOf = async (
  { ledger, clock }: { readonly ledger: Pick<AppKeyLedger, 'lastUse'>; readonly clock: AppKeyPorts['clock'] },
  record: AppKeyRecord,
): Promise<AppKeyReport> => {
  const lastUse = await ledger.lastUse(record.hash);
  return {
    id: keyIdOf(record),
    app: record.app,
    state: stateOf(record, clock.now()),
    createdAt: iso(record.createdAt),
    validUntil: iso(record.validUntil),
    lastUsedAt: lastUse === undefined ? null : iso(lastUse),
    scopes: record.scopes,
    networks: record.networks,
  };
};
