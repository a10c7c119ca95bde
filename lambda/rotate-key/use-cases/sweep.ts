import { METRICS } from '../../shared/contract.ts';
import { describeError } from '../../shared/log.ts';
import { CURRENT_STAGE, PENDING_STAGE, versionWith } from '../../shared/secret-versions.ts';
import type { Keys } from '../ports.ts';
import { agreeOnAddresses } from './addresses.ts';
import { forgetOlderCandidates } from './candidate.ts';
import { watchForeignKeys } from './foreign-keys.ts';
import { heal } from './heal.ts';
import { importCandidate } from './import-key.ts';
import { listingOnce } from './listing-once.ts';
import { countLostTokens, tellLostTokens } from './minting.ts';
import { halfLifeOf } from './probe-token.ts';
import { settle } from './promote.ts';
import { proveOldCredentials, settleManaging } from './retire-managing.ts';
import { endStuckRotation, removeOrphans, retireDrained } from './retire.ts';
import { retireLeaked } from './retire-leaked.ts';
import { beginRotation } from './rotate.ts';
import { keepStandby } from './standby.ts';
import { finishSwap } from './swap.ts';
import { exclusively, lookingAt } from './tracking.ts';

const HOUR_MS = 3_600_000;

type Phase = (keys: Keys) => Promise<readonly string[]>;

/**
 * Brings the room's keys in order: every hour, and whenever somebody asks.
 *
 * 1. Measures the age of the current key, and how long the managing credential has been in use.
 * 2. Takes a candidate that waits in the inbox.
 * 3. Ends a rotation that is stuck.
 * 4. Labels an old key that a crash left without its label.
 * 5. Disables own keys that nothing explains, and counts tokens that were lost.
 * 6. Retires the old key when its grace period is over, and proves it dead; one that has leaked, without grace.
 * 7. Counts live keys at the provider that no room made.
 * 8. Brings the addresses that keys are bound to in line with those of the environment.
 * 9. Finishes a swap to the standby, proves replaced managing credentials dead, and tries the standby.
 * 10. Replaces the current key if the provider refuses it: what the alarm asks for, for the case that it did not.
 * 11. Replaces a minted token before it can end.
 *
 * One part's failure does not keep the others from running; the first is reported. Running it twice, or late, changes
 * nothing that running it once would not have.
 *
 * @throws the first error of a part
 */
export const sweep = async (keys: Keys): Promise<readonly string[]> => {
  const steps: string[] = [];
  const failures: unknown[] = [];
  const run = async (step: string, phase: Phase, held: Keys): Promise<void> => {
    try {
      steps.push(...(await phase(held)));
    } catch (error: unknown) {
      failures.push(error);
      keys.log.warn('part of the sweep failed', { ...describeError(error), step });
    }
  };
  const work = async (claimed: Keys): Promise<void> => {
    const held = { ...claimed, provider: listingOnce(claimed.provider) };
    for (const [step, phase] of Object.entries(CHANGES)) await run(step, phase, held);
  };
  // First, so that a sweep which is kept from its work, or does not finish it, still shows that there are sweeps.
  await run('measureAge', measureAge, keys);
  const idle = await stepsWithoutChange(keys);
  if (idle) steps.push(...idle);
  // There is a next sweep; nobody has to wait for this one.
  else await exclusively(keys, work, 0);
  await run('tellLostTokens', tellLostTokens, keys);
  // Not under the claim: the rotation's own steps need it.
  await run('healRefusedKey', healRefusedKey, keys);
  await run('replaceAgeingToken', replaceAgeingToken, keys);
  if (failures.length > 0) throw failures[0];
  return steps.length > 0 ? steps : ['There was nothing to do.'];
};

/**
 * Looks before it claims: a sweep that has nothing to do must not keep a rotation's step from its turn.
 *
 * @returns `undefined` when there is something to do, or it could not be found out
 */
const stepsWithoutChange = async (keys: Keys): Promise<readonly string[] | undefined> => {
  // What a phase counts and logs must not come twice, should it be done again under the claim.
  const said: (() => void)[] = [];
  const looking = lookingAt({
    ...keys,
    provider: listingOnce(keys.provider),
    metrics: { emit: (...values) => void said.push(() => keys.metrics.emit(...values)) },
    log: { ...keys.log, warn: (...line) => void said.push(() => keys.log.warn(...line)) },
  });
  const steps: string[] = [];
  try {
    for (const phase of Object.values(CHANGES)) steps.push(...(await phase(looking)));
    said.forEach((say) => say());
    return steps;
  } catch {
    return undefined;
  }
};

const takeWaitingCandidate: Phase = async (keys) => {
  if (await keys.inbox.get(CURRENT_STAGE)) return importCandidate(keys);
  // An import that crashed while it destroyed the candidate.
  await forgetOlderCandidates(keys);
  return [];
};

const labelOldKey: Phase = async (keys) => {
  await settle(keys);
  return [];
};

const tendManaging: Phase = async (keys) => {
  // Most rooms have one managing credential most of the time: one look is enough.
  const { versions } = await keys.managing.describe();
  const { managing } = await keys.state.read();
  const [first, ...others] = Object.keys(versions);
  if (first === undefined) return [];
  if (others.length === 0 && managing.some(({ versionId, state }) => versionId === first && state === 'active'))
    return [];
  const finished = await finishSwap(keys);
  await settleManaging(keys);
  return [...finished, ...(await proveOldCredentials(keys)), ...(await keepStandby(keys))];
};

const measureAge: Phase = async (keys) => {
  const hoursSince = (moment: number): number => (keys.clock.now() - moment) / HOUR_MS;
  const current = await keys.sending.get(CURRENT_STAGE);
  if (current) keys.metrics.emit({ [METRICS.names.keyAgeHours]: hoursSince(current.createdAt) });
  const managing = (await keys.state.read()).managing.find(({ state }) => state === 'active');
  if (managing) keys.metrics.emit({ [METRICS.names.managingKeyAgeHours]: hoursSince(Date.parse(managing.since)) });
  return [];
};

/** Nobody waits for the sweep, and it waits for nobody. */
const healRefusedKey: Phase = (keys) => heal(keys, 0);

/**
 * Starts a rotation when the current token has lived half its life.
 *
 * D7 documents no lifetime; its tokens are JWTs and say it themselves, and a schedule of days would outlive them.
 */
const replaceAgeingToken: Phase = async (keys) => {
  if (keys.provider.strategy !== 'token-mint') return [];
  const current = await keys.sending.get(CURRENT_STAGE);
  if (current === null) return [];
  if (keys.clock.now() < halfLifeOf(keys, current)) return [];
  const description = await keys.sending.describe();
  const pending = versionWith(description, PENDING_STAGE);
  if (!description.rotationEnabled || (pending !== undefined && pending !== current.versionId)) return [];
  await beginRotation(keys);
  return ['The current token has lived half its life; a rotation has begun.'];
};

/** In order; by name, since the bundle's functions have lost theirs and the log is to say which part failed. */
const CHANGES: Readonly<Record<string, Phase>> = {
  takeWaitingCandidate,
  endStuckRotation,
  labelOldKey,
  removeOrphans,
  countLostTokens,
  retireDrained,
  retireLeaked,
  watchForeignKeys,
  agreeOnAddresses,
  tendManaging,
};
