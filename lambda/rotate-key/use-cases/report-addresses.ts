import { iso } from '../../shared/clock.ts';
import type { AddressReport } from '../contract.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { rememberedOf } from './address-memory.ts';
import { settlingMs } from './addresses.ts';
import { currentVersion, type LivingKey, livingKeys } from './key-addresses.ts';
import { managingOf } from './retire.ts';

/**
 * Compares the addresses of the environment with those that living keys are bound to, and tries the current key from
 * here. Changes nothing.
 *
 * @throws RotationError `room-has-no-key`, ProviderCallError
 */
export const reportAddresses = async (keys: Keys): Promise<AddressReport> => {
  const { provider, settings } = keys;
  const managing = await managingOf(keys);
  const current = await currentVersion(keys);
  if (managing === undefined || current === null) throw new RotationError('room-has-no-key');
  const check = await provider.check(current.value, settings.channels);
  const wanted = settings.allowedAddresses.map((address) => ({
    address,
    inUse: settings.addressesInUse.includes(address),
  }));
  if (provider.addressBinding === undefined) return { wanted, check, keys: [], inStep: null, settledAt: null };
  const living = await livingKeys(keys, managing, current);
  const added = await Promise.all(living.map(({ providerKeyId }) => rememberedOf(keys, providerKeyId)));
  const settled = Math.max(
    0,
    ...added.flatMap(({ addedAt }) => (addedAt ? Date.parse(addedAt) + settlingMs(keys) : [])),
  );
  const isSettled = settled <= keys.clock.now();
  const agrees = living.some(({ state }) => state === 'active') && living.every(isInStep);
  return {
    wanted,
    check,
    keys: living.map(({ providerKeyId, state, entries, missing, surplus }) => ({
      providerKeyId,
      state,
      bound: entries,
      missing,
      surplus,
    })),
    inStep: agrees && isSettled && check === 'ok',
    settledAt: isSettled ? null : iso(settled),
  };
};

/** What is too much on a key that ends soon goes with it. */
const isInStep = ({ state, missing, surplus }: LivingKey): boolean =>
  missing.length === 0 && (state !== 'active' || surplus.length === 0);
