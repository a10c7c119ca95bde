import { iso } from '../../shared/clock.ts';
import type { AddressMemory, Keys, KeyAddresses } from '../ports.ts';
import { change } from './tracking.ts';

const DAY_MS = 86_400_000;
/**
 * What keys' addresses may take of the provider's changes a day: of Infobip's 40 the 10 that rotations and the
 * replacing of refused keys leave at most. Putting lists back is never refused.
 */
const SHARE_OF_CHANGES = 0.25;

const NOTHING_YET: AddressMemory = { keys: [], changes: [] };

const memoryOf = async (keys: Keys): Promise<AddressMemory> => (await keys.state.read()).addresses ?? NOTHING_YET;

/** What is remembered of a key's addresses. */
export const rememberedOf = async (keys: Keys, providerKeyId: string): Promise<KeyAddresses> =>
  (await memoryOf(keys)).keys.find((key) => key.providerKeyId === providerKeyId) ?? { providerKeyId, needed: [] };

/**
 * Remembers something about a key's addresses, and forgets keys that live no more.
 *
 * @param counts whether a change at the provider follows: counted before it is made, so that none is missed
 */
export const remember = async (
  keys: Keys,
  news: KeyAddresses,
  living: readonly string[],
  counts = false,
): Promise<void> => {
  const now = keys.clock.now();
  await change(keys, (current) => {
    const { keys: known, changes } = current.addresses ?? NOTHING_YET;
    const others = known.filter(({ providerKeyId: id }) => id !== news.providerKeyId && living.includes(id));
    const lastDay = changes.filter((at) => Date.parse(at) > now - DAY_MS);
    return {
      ...current,
      addresses: { keys: [news, ...others], changes: counts ? [...lastDay, iso(now)] : lastDay },
    };
  });
};

/** Whether another change of addresses leaves the provider's daily number for what cannot wait. */
export const mayChange = async (keys: Keys, changesPerDay: number): Promise<boolean> => {
  const { changes } = await memoryOf(keys);
  const since = keys.clock.now() - DAY_MS;
  return changes.filter((at) => Date.parse(at) > since).length < changesPerDay * SHARE_OF_CHANGES;
};
