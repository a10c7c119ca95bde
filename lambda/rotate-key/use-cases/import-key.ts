import { DRAINING_STAGE, STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { RotationProblemCode } from '../rotation-problems.ts';
import type { Keys } from '../ports.ts';
import { destroyCandidate, forgetOlderCandidates, parseCandidate } from './candidate.ts';
import { makeKey } from './make-key.ts';
import { isUuid } from './own-keys.ts';
import { promote, settle } from './promote.ts';
import { settleManaging } from './retire-managing.ts';
import { takeStandby } from './standby.ts';
import { endRotation } from './swap.ts';
import { testKey, testManaging } from './test-key.ts';

/** The candidate is at fault: keeping it would only try the same again. Anything else keeps it for the next sweep. */
const FINAL: readonly RotationProblemCode[] = [
  'candidate-malformed',
  'candidate-refused-by-provider',
  'pending-key-refused',
  'key-lacks-scope',
  'standby-is-current',
  'standby-without-current',
];

/**
 * Takes the candidate out of the inbox: tests it, makes it the managing credential, switches to a key made with it.
 *
 * The inbox version's id is the token of everything that follows, so a run that crashed is continued by the next one
 * and a finished one is recognised. A candidate that is labelled as a standby is tested and kept beside the credential in
 * use. The caller holds the claim.
 *
 * @returns what was done, in order
 * @throws RotationError with a `candidate-…` code, or the reason why the provider could not be asked
 */
export const importCandidate = async (keys: Keys): Promise<readonly string[]> => {
  const candidate = await keys.inbox.get(CURRENT_STAGE);
  if (candidate === null) {
    await forgetOlderCandidates(keys);
    throw new RotationError('candidate-missing');
  }
  try {
    const steps = await takeCandidate(keys, candidate);
    await destroyCandidate(keys, candidate.versionId);
    return [...steps, 'The candidate in the inbox was destroyed.'];
  } catch (error: unknown) {
    if (error instanceof RotationError && FINAL.includes(error.code)) await destroyCandidate(keys, candidate.versionId);
    throw error;
  }
};

const takeCandidate = async (keys: Keys, candidate: StoredVersion): Promise<readonly string[]> => {
  const token = candidate.versionId;
  const managing = parseCandidate(candidate.value, keys.settings.managingFields);
  if (!isUuid(token)) throw new RotationError('candidate-malformed', 'its version id must be a UUID');
  await settleManaging(keys);
  const { versions } = await keys.inbox.describe();
  if (versions[token]?.includes(STANDBY_STAGE)) return takeStandby(keys, { ...candidate, value: managing });
  const steps: string[] = [];
  if (await testManaging(keys, managing, 'candidate-refused-by-provider')) {
    await keys.managing.put(token, managing, [CURRENT_STAGE]);
    await settleManaging(keys);
    steps.push('The provider took the credential; it is now the room’s managing credential.');
  }
  await settle(keys);
  const description = await keys.sending.describe();
  const isCurrent = versionWith(description, CURRENT_STAGE) === token;
  if (!isCurrent && keys.provider.strategy === 'dual-key' && versionWith(description, DRAINING_STAGE) !== undefined) {
    return [
      ...steps,
      'The sending key stays until the old one has drained; the next rotation uses the new credential.',
    ];
  }
  // Also when the key is current already. A run that crashed after the switch says so, but so does a secret whose first
  // version was made current by Secrets Manager, tested or not.
  await switchTo(keys, managing, token);
  return [...steps, 'A sending key was made with it, tested from inside the network, and is now in use.'];
};

const switchTo = async (keys: Keys, managing: SecretValue, token: string): Promise<void> => {
  await endRotation(keys, token);
  if ((await storedUnder(keys, token)) === null) await makeFirstKey(keys, managing, token);
  const made = await storedUnder(keys, token);
  if (made === null) throw new RotationError('pending-version-empty');
  await testKey(keys, made.value);
  await keys.managing.put(token, managing, [CURRENT_STAGE]);
  await settleManaging(keys);
  await promote(keys, token);
};

const storedUnder = async (keys: Keys, token: string): Promise<StoredVersion | null> =>
  (await keys.sending.get(PENDING_STAGE, token)) ?? (await keys.sending.get(CURRENT_STAGE, token));

const makeFirstKey = async (keys: Keys, managing: SecretValue, token: string): Promise<void> => {
  try {
    await makeKey(keys, managing, token);
  } catch (error: unknown) {
    const refused = error instanceof ProviderCallError && isRefusal(error.code);
    throw refused ? new RotationError('candidate-refused-by-provider') : error;
  }
};

const isRefusal = (code: ProviderCallError['code']): boolean =>
  code === 'managing-credential-refused' || code === 'provider-refused-request' || code === 'provider-object-missing';
