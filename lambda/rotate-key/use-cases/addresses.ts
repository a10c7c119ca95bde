import { iso } from '../../shared/clock.ts';
import { METRICS } from '../../shared/contract.ts';
import type { Keys, KeyAddresses } from '../ports.ts';
import { mayChange, remember, rememberedOf } from './address-memory.ts';
import { currentVersion, livingKeys } from './key-addresses.ts';
import { type AddressWork, confirmRemoval, type Outcome, takeOff } from './remove-addresses.ts';
import { managingOf } from './retire.ts';
import { PROPAGATION_MS } from './test-key.ts';

/**
 * Brings the addresses that keys are bound to at the provider in line with those of the environment.
 *
 * What is missing is added at once, beside what is there. What is too much is taken off the current key alone (the
 * others end soon), by a later sweep, when every address wanted has been bound for long enough; and put back when the
 * provider then refuses the room. One change per key and sweep at most, but for putting back.
 *
 * @throws RotationError `address-refused` when something was put back
 */
export const agreeOnAddresses = async (keys: Keys): Promise<readonly string[]> => {
  const binding = keys.provider.addressBinding;
  const managing = await managingOf(keys);
  if (binding === undefined || managing === undefined || keys.settings.allowedAddresses.length === 0) return [];
  const current = await currentVersion(keys);
  const found = await livingKeys(keys, managing, current);
  const living = found.map(({ providerKeyId }) => providerKeyId);
  const steps: string[] = [];
  const failures: unknown[] = [];
  let differing = 0;
  for (const key of found) {
    const value = key.state === 'active' ? current?.value : undefined;
    try {
      const outcome = await agreeOnKey({ keys, binding, managing, key, current: value, living });
      steps.push(...outcome.steps);
      differing += outcome.differing;
    } catch (error: unknown) {
      failures.push(error);
      differing += key.missing.length + key.surplus.length;
    }
  }
  keys.metrics.emit({ [METRICS.names.addressesDiffer]: differing });
  if (failures.length > 0) throw failures[0];
  return steps;
};

const agreeOnKey = async (work: AddressWork): Promise<Outcome> => {
  const { keys, binding, key, current } = work;
  const known = await confirmRemoval(work, await rememberedOf(keys, key.providerKeyId));
  // Nobody knows yet whether the last removal was one too many.
  if (known.before !== undefined) return unchanged(work);
  if (key.missing.length > 0) {
    return (await mayChange(keys, binding.changesPerDay)) ? add(work, known) : postponed(work);
  }
  const removable = current === undefined ? [] : key.surplus.filter((entry) => !known.needed.includes(entry));
  const { surplus, ...others } = known;
  if (removable.length === 0) {
    if (surplus !== undefined) await remember(keys, others, work.living);
    return unchanged(work);
  }
  if (surplus?.entries.join() !== removable.join()) {
    const seen = { entries: removable, since: iso(keys.clock.now()) };
    await remember(keys, { ...others, surplus: seen }, work.living);
    return { ...unchanged(work), steps: ['Addresses that nobody wants any more will be taken off the current key.'] };
  }
  const settled = Math.max(...[surplus.since, known.addedAt ?? surplus.since].map((at) => Date.parse(at)));
  if (keys.clock.now() < settled + settlingMs(keys)) return unchanged(work);
  return (await mayChange(keys, binding.changesPerDay)) ? takeOff(work, others) : postponed(work);
};

/** How long addresses must have stood before others go: every server and every function has to have come round. */
export const settlingMs = ({ settings }: Keys): number => Math.max(settings.graceSeconds * 1000, PROPAGATION_MS);

/** What is too much on a key that ends soon is no difference that lasts. */
const unchanged = ({ key, current }: AddressWork): Outcome => ({
  steps: [],
  differing: key.missing.length + (current === undefined ? 0 : key.surplus.length),
});

const postponed = (work: AddressWork): Outcome => {
  const { providerKeyId } = work.key;
  work.keys.log.warn('addresses left as they are', { providerKeyId, reason: 'changes-of-the-day-used-up' });
  return unchanged(work);
};

const add = async (work: AddressWork, known: KeyAddresses): Promise<Outcome> => {
  const { keys, binding, managing, living } = work;
  const { providerKeyId, missing, entries } = work.key;
  await remember(keys, { ...known, addedAt: iso(keys.clock.now()) }, living, true);
  await binding.bind(managing, providerKeyId, [...entries, ...missing]);
  keys.log.warn('addresses added to a key', { providerKeyId, count: missing.length });
  return {
    steps: [`${missing.length} address(es) were added to a key.`],
    differing: unchanged(work).differing - missing.length,
  };
};
