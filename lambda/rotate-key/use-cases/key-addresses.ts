import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion } from '../../shared/secret-versions.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import type { CredentialState } from '../contract.ts';
import type { Keys } from '../ports.ts';
import { explainedBy, ownKeysAmong } from './own-keys.ts';

/** What stands for a list that is empty: the provider takes such a key from everywhere. */
export const EVERYWHERE = '0.0.0.0/0';

/** A key of the room that the provider takes, and the addresses it takes it from. */
export interface LivingKey {
  readonly providerKeyId: string;
  readonly state: CredentialState;
  /** Addresses, networks and ranges as the provider lists them; empty: every address. */
  readonly entries: readonly string[];
  /** Addresses that are to be there and are not. */
  readonly missing: readonly string[];
  /** Entries that are there and not to be. A network or a range is one, whatever it holds. */
  readonly surplus: readonly string[];
}

/** The living keys of a room whose provider binds keys to addresses, the current one first. */
export const livingKeys = async (
  keys: Keys,
  managing: SecretValue,
  current: StoredVersion | null,
): Promise<readonly LivingKey[]> => {
  const live = await keys.provider.listLive(managing);
  const description = await keys.sending.describe();
  const own = ownKeysAmong(live, keys.settings.namePrefix);
  const isExplained = explainedBy(description, (await keys.state.read()).keys);
  const currentId = current && keys.provider.keyIdOf(current.value);
  const stateOf = (id: string): CredentialState | undefined => {
    if (id === currentId) return 'active';
    const key = own.find((one) => one.id === id);
    if (key === undefined || !isExplained(key)) return undefined;
    const stages = description.versions[key.token] ?? [];
    if (stages.includes(DRAINING_STAGE)) return 'draining';
    return stages.includes(PENDING_STAGE) ? 'pending' : undefined;
  };
  const found = live.flatMap(({ id, allowedAddresses }) => {
    const state = stateOf(id);
    return state === undefined || allowedAddresses === undefined
      ? []
      : [{ providerKeyId: id, state, entries: allowedAddresses, ...compare(allowedAddresses, keys) }];
  });
  return found.toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
};

const compare = (entries: readonly string[], { settings }: Keys): Pick<LivingKey, 'missing' | 'surplus'> => {
  const wanted = settings.allowedAddresses;
  if (entries.length === 0) return { missing: [], surplus: [EVERYWHERE] };
  return {
    missing: wanted.filter((address) => !entries.includes(address)),
    surplus: entries.filter((entry) => !wanted.includes(entry)),
  };
};

/** The version that sends. */
export const currentVersion = (keys: Keys): Promise<StoredVersion | null> => keys.sending.get(CURRENT_STAGE);
