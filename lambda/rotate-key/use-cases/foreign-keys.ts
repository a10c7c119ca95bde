import { iso } from '../../shared/clock.ts';
import { METRICS } from '../../shared/contract.ts';
import type { ListedKey } from '../../shared/credential-manager.ts';
import { RotationError } from '../errors.ts';
import type { ForeignKeys, Keys, UnknownKey } from '../ports.ts';
import { ownKeysAmong } from './own-keys.ts';
import { managingOf } from './retire.ts';
import { change } from './tracking.ts';

/** Ids remembered of the customer's own keys: a tenth of the 400 KB that an item may have, written with every change. */
const MAX_ACCEPTED = 1000;
/** Unknown keys remembered one by one; all are counted. */
const MAX_UNKNOWN = 50;

/** Live keys that neither this room nor another of its environment made. */
const foreignAmong = (live: readonly ListedKey[], { settings }: Keys): readonly ListedKey[] => {
  const prefixes = [settings.namePrefix, ...settings.siblingPrefixes];
  const ours = new Set(prefixes.flatMap((prefix) => ownKeysAmong(live, prefix).map(({ id }) => id)));
  return live.filter(({ id }) => !ours.has(id));
};

/**
 * Remembers the customer's own keys, once: whatever lives when the room first lists the provider's keys.
 *
 * Never again, also not with the next import: a key that came since may be a thief's.
 */
export const takeBaseline = async (keys: Keys, live: readonly ListedKey[]): Promise<void> => {
  await change(keys, (current) => {
    if (current.foreignKeys !== undefined) return undefined;
    const accepted = foreignAmong(live, keys).map(({ id }) => id);
    return { ...current, foreignKeys: { accepted: accepted.slice(0, MAX_ACCEPTED), unknown: [] } };
  });
};

/**
 * Counts, logs and remembers live keys that no room made and nobody accepted: made with a managing credential that is
 * in other hands, perhaps.
 *
 * They are never touched. What the provider lists no more is forgotten, an accepted key only when room is needed.
 */
export const watchForeignKeys = async (keys: Keys): Promise<readonly string[]> => {
  const managing = await managingOf(keys);
  if (managing === undefined || keys.provider.strategy !== 'dual-key') return [];
  const live = await keys.provider.listLive(managing);
  await takeBaseline(keys, live);
  const managingKeyId = keys.provider.managingKeyIdOf(managing);
  let found: readonly UnknownKey[] = [];
  await change(keys, (current) => {
    const known = current.foreignKeys ?? { accepted: [], unknown: [] };
    // A standby and what a sweep asks about, too.
    const managingKeyIds =
      managingKeyId === null ? [] : [managingKeyId, ...current.managing.map(({ publicId }) => publicId)];
    const accepted = acceptedOf(known, managingKeyIds, live);
    found = foreignAmong(live, keys)
      .filter(({ id }) => !accepted.includes(id))
      .map((key) => known.unknown.find(({ id }) => id === key.id) ?? firstSeen(keys, key));
    const next: ForeignKeys = { accepted, unknown: found.slice(0, MAX_UNKNOWN) };
    return JSON.stringify(next) === JSON.stringify(known) ? undefined : { ...current, foreignKeys: next };
  });
  for (const { id, createdAt } of found.slice(0, MAX_UNKNOWN)) {
    keys.log.warn('unknown key at the provider', { providerKeyId: id, ...(createdAt === null ? {} : { createdAt }) });
  }
  keys.metrics.emit({ [METRICS.names.unknownKeys]: found.length });
  return found.length === 0 ? [] : [`${found.length} live key(s) at the provider are none of ours: see \`keys\`.`];
};

const firstSeen = (keys: Keys, { id, createdAt }: ListedKey): UnknownKey => ({
  id,
  createdAt: createdAt ?? null,
  seenAt: iso(keys.clock.now()),
});

/** A managing credential that is a key itself was brought by an importer, and stays known after the next one. */
const acceptedOf = (
  { accepted }: ForeignKeys,
  managingKeyIds: readonly string[],
  live: readonly ListedKey[],
): readonly string[] => {
  const kept = accepted.length < MAX_ACCEPTED ? accepted : accepted.filter((id) => live.some((key) => key.id === id));
  return [...new Set([...kept, ...managingKeyIds])].slice(0, MAX_ACCEPTED);
};

/**
 * Takes a person's word that an unknown key is the customer's own. Repeating it changes nothing.
 *
 * @throws RotationError `key-not-unknown`, `too-many-accepted-keys`
 */
export const acceptKey = async (keys: Keys, providerKeyId: string | undefined): Promise<readonly string[]> => {
  const isNew = await change(keys, (current) => {
    const { accepted, unknown } = current.foreignKeys ?? { accepted: [], unknown: [] };
    if (providerKeyId !== undefined && accepted.includes(providerKeyId)) return undefined;
    if (providerKeyId === undefined || !unknown.some(({ id }) => id === providerKeyId)) {
      throw new RotationError('key-not-unknown');
    }
    if (accepted.length >= MAX_ACCEPTED) throw new RotationError('too-many-accepted-keys');
    return {
      ...current,
      foreignKeys: {
        accepted: [...accepted, providerKeyId],
        unknown: unknown.filter(({ id }) => id !== providerKeyId),
      },
    };
  });
  if (isNew) keys.log.warn('unknown key accepted', { ...(providerKeyId === undefined ? {} : { providerKeyId }) });
  return ['The key counts as your own from now on; the room never touches it.'];
};
