import type { AppKeyLedger, AppKeyLookup, AppKeyRecord, ListedAppKey } from './app-key-ledger.ts';
import type { Plain } from './aws/attribute-value.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { KEY_SCOPES } from './contract.ts';
import { writeRevised } from './revised-item.ts';

const keyOf = (hash: string): string => `appkey#${hash}`;
const useOf = (hash: string): string => `appkeyuse#${hash}`;
const listOf = (app: string): string => `appkeys#${app}`;

const DAY_MS = 24 * 3_600_000;
/** So long after its end a refused key can still be explained. */
const KEPT_MS = 30 * DAY_MS;
/** Longer than any key lives: an old last use is what tells that a key is not needed. */
const USE_KEPT_MS = 400 * DAY_MS;
/** DynamoDB's TTL is in seconds. */
const seconds = (ms: number): number => Math.ceil(ms / 1000);

/**
 * {@link AppKeyLookup} in the ledger's table.
 *
 * When a key was used is an item of its own: what may note a use cannot change a key, nor bring back one that is gone.
 */
export const createAppKeyLookup = (table: Pick<DynamoDb, 'getItem' | 'updateItem'>): AppKeyLookup => ({
  find: async (hash) => {
    const item = await table.getItem(keyOf(hash));
    return item === undefined ? undefined : recordOf(hash, item);
  },
  noteUse: async (hash, at) => {
    await table.updateItem(useOf(hash), 'SET usedAt = :at, expiresAt = :leaves', {
      // Two environments may note at once, and the later moment stays.
      condition: 'attribute_not_exists(usedAt) OR usedAt <= :at',
      values: { ':at': at, ':leaves': seconds(at + USE_KEPT_MS) },
    });
  },
});

/** {@link AppKeyLedger} in the ledger's table. */
export const createAppKeyLedger = (table: DynamoDb): AppKeyLedger => ({
  ...createAppKeyLookup(table),
  add: async ({ hash, ...record }) => {
    const item = { pk: keyOf(hash), ...record, expiresAt: seconds(record.validUntil + KEPT_MS) };
    const { kind } = await table.putItem(item, { condition: 'attribute_not_exists(pk)' });
    return kind === 'written';
  },
  revoke: async (hash, app, at) => {
    // Also where there is no such key: one that is on its way finds its place taken.
    await table.updateItem(keyOf(hash), 'SET revokedAt = :at, app = :app, expiresAt = :leaves', {
      condition: 'attribute_not_exists(revokedAt)',
      values: { ':at': at, ':app': app, ':leaves': seconds(at + KEPT_MS) },
    });
  },
  lastUse: async (hash) => {
    const usedAt = (await table.getItem(useOf(hash)))?.usedAt;
    return typeof usedAt === 'number' ? usedAt : undefined;
  },
  list: async (app) => {
    const item = await table.getItem(listOf(app));
    return { revision: Number(item?.revision ?? 0), keys: listedIn(item?.keys) };
  },
  replaceList: (app, keys, { revision }) => {
    const next = { revision: revision + 1, keys: keys.map((key) => ({ ...key })) };
    return writeRevised(table, listOf(app), next, revision === 0 ? undefined : { revision });
  },
});

const listedIn = (value: Plain | undefined): readonly ListedAppKey[] =>
  (Array.isArray(value) ? (value as readonly Plain[]) : []).flatMap((entry) => {
    const { hash, listedAt } = entry as Readonly<Record<string, Plain>>;
    return typeof hash === 'string' ? [{ hash, listedAt: Number(listedAt ?? 0) }] : [];
  });

const textsOf = (value: Plain | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];

/** What is missing, as in the mark of a key that was revoked before it was there, grants nothing. */
const recordOf = (hash: string, item: Readonly<Record<string, Plain>>): AppKeyRecord => ({
  hash,
  app: typeof item.app === 'string' ? item.app : '',
  scopes: KEY_SCOPES.filter((scope) => textsOf(item.scopes).includes(scope)),
  networks: textsOf(item.networks),
  createdAt: Number(item.createdAt ?? 0),
  validUntil: Number(item.validUntil ?? 0),
  ...(typeof item.revokedAt === 'number' ? { revokedAt: item.revokedAt } : {}),
});
