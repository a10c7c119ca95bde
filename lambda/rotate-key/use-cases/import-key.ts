import { DRAINING_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { type RotationProblemCode, RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { destroyCandidate, forgetOlderCandidates, parseCandidate } from './candidate.ts';
import { makeKey } from './make-key.ts';
import { isUuid } from './own-keys.ts';
import { promote, settle } from './promote.ts';
import { testKey } from './test-key.ts';

/** The candidate is at fault: keeping it would only try the same again. Anything else keeps it for the next sweep. */
const FINAL: readonly RotationProblemCode[] = [
  'candidate-malformed',
  'candidate-refused-by-provider',
  'pending-key-refused',
  'key-lacks-scope',
];

/**
 * Takes the candidate out of the inbox: tests it, makes it the managing credential, switches to a key made with it.
 *
 * The inbox version's id is the token of everything that follows, so a run that crashed is continued by the next one
 * and a finished one is recognised. The caller holds the claim.
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

const takeCandidate = async (keys: Keys, { value, versionId: token }: StoredVersion): Promise<readonly string[]> => {
  const managing = parseCandidate(value, keys.settings.managingFields);
  if (!isUuid(token)) throw new RotationError('candidate-malformed', 'its version id must be a UUID');
  const steps: string[] = [];
  if (await isAccepted(keys, managing)) {
    await keys.managing.put(token, managing, [CURRENT_STAGE]);
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
  await switchTo(keys, managing, token, versionWith(description, PENDING_STAGE));
  return [...steps, 'A sending key was made with it, tested from inside the network, and is now in use.'];
};

/** `false` where only making a key can tell. */
const isAccepted = async (keys: Keys, managing: SecretValue): Promise<boolean> => {
  const verdict = await keys.provider.checkManaging(managing);
  if (verdict === 'refused') throw new RotationError('candidate-refused-by-provider');
  if (verdict === 'address-refused') throw new RotationError('address-refused');
  if (verdict === 'unreachable') throw new RotationError('provider-unreachable');
  return verdict === 'ok';
};

const switchTo = async (
  keys: Keys,
  managing: SecretValue,
  token: string,
  pending: string | undefined,
): Promise<void> => {
  // A rotation under way used the credential that is being replaced.
  if (pending !== undefined && pending !== token) await keys.sending.moveStage(PENDING_STAGE, { from: pending });
  if ((await storedUnder(keys, token)) === null) await makeFirstKey(keys, managing, token);
  const made = await storedUnder(keys, token);
  if (made === null) throw new RotationError('pending-version-empty');
  await testKey(keys, made.value);
  await keys.managing.put(token, managing, [CURRENT_STAGE]);
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
