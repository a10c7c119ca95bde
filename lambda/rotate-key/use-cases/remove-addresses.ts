import type { AddressBinding, KeyCheck } from '../../shared/credential-manager.ts';
import { describeError } from '../../shared/log.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { Keys, KeyAddresses } from '../ports.ts';
import { remember } from './address-memory.ts';
import { EVERYWHERE, type LivingKey } from './key-addresses.ts';
import { checkUntil, PROPAGATION_MS } from './test-key.ts';

/** One key at hand, and what its addresses are changed with. */
export interface AddressWork {
  readonly keys: Keys;
  readonly binding: AddressBinding;
  readonly managing: SecretValue;
  readonly key: LivingKey;
  /** The key's value, if it is the current one: only that one loses addresses. */
  readonly current: SecretValue | undefined;
  /** Ids of all living keys. */
  readonly living: readonly string[];
}

/** What became of one key's addresses. */
export interface Outcome {
  readonly steps: readonly string[];
  /** Entries that still differ. */
  readonly differing: number;
}

/** Verdicts by which the room is locked out. Not every provider says that the address is why. */
const LOCKED_OUT: readonly KeyCheck[] = ['address-refused', 'refused', 'lacks-scope'];
const RESTORE_ATTEMPTS = 3;
const RESTORE_PAUSE_MS = 2000;

/** Removes what is too much, having noted what was there, and watches whether the room still gets in. */
export const takeOff = async (work: AddressWork, known: KeyAddresses): Promise<Outcome> => {
  const { keys, binding, managing, key, current, living } = work;
  // Without a good key beforehand nobody could tell what a refusal afterwards is about.
  if (current === undefined || (await keys.provider.check(current, keys.settings.channels)) !== 'ok') {
    return { steps: [], differing: key.surplus.length };
  }
  const { providerKeyId, entries, surplus } = key;
  const kept = surplus.filter((entry) => known.needed.includes(entry));
  await remember(keys, { ...known, before: entries }, living, true);
  const failure = await attempt(() =>
    binding.bind(managing, providerKeyId, [...keys.settings.allowedAddresses, ...kept]),
  );
  // Also when the answer was lost: it may have been done.
  if (LOCKED_OUT.includes(await checkUntil(keys, current, LOCKED_OUT, PROPAGATION_MS))) {
    return putBack(work, known, entries);
  }
  if (failure !== undefined) throw failure.error;
  keys.log.warn('addresses taken off a key', { providerKeyId, count: surplus.length - kept.length });
  return { steps: ['Addresses that nobody wants were taken off the current key.'], differing: kept.length };
};

/**
 * Looks once more whether the room gets in after a removal that an earlier sweep made, or in which it crashed.
 *
 * @returns what is remembered from then on; with `before` while the provider gives no verdict
 * @throws RotationError `address-refused` when it does not and the addresses were put back
 */
export const confirmRemoval = async (work: AddressWork, remembered: KeyAddresses): Promise<KeyAddresses> => {
  const { keys, current, living } = work;
  const { before, ...known } = remembered;
  if (before === undefined || current === undefined) return known;
  const verdict = await keys.provider.check(current, keys.settings.channels);
  if (LOCKED_OUT.includes(verdict)) return putBack(work, known, before);
  if (verdict !== 'ok') return remembered;
  await remember(keys, known, living);
  return known;
};

/** Undoes a removal, and never tries it again with this key. */
const putBack = async (work: AddressWork, known: KeyAddresses, before: readonly string[]): Promise<never> => {
  const { keys, binding, managing, key, living } = work;
  const { providerKeyId } = key;
  const wanted = keys.settings.allowedAddresses;
  const needed = before.length === 0 ? [EVERYWHERE] : before.filter((entry) => !wanted.includes(entry));
  const lasting = { ...known, needed: [...new Set([...known.needed, ...needed])] };
  // First what must last: a crash after the change must not make the next sweep remove them again.
  await remember(keys, { ...lasting, before }, living, true);
  const entries = before.length === 0 ? [] : [...new Set([...before, ...wanted])];
  for (let tries = 1; ; tries += 1) {
    const failure = await attempt(() => binding.bind(managing, providerKeyId, entries));
    if (failure === undefined) break;
    keys.log.error('addresses not put back', { ...describeError(failure.error), providerKeyId, attempt: tries });
    if (tries === RESTORE_ATTEMPTS) throw failure.error;
    await keys.clock.wait(RESTORE_PAUSE_MS);
  }
  await remember(keys, lasting, living);
  keys.log.error('addresses put back', { providerKeyId, count: needed.length });
  throw new RotationError('address-refused', 'without the addresses that were taken off; they were put back');
};

const attempt = async (work: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error: unknown) {
    return { error };
  }
};
