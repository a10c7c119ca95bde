import { iso } from '../../shared/clock.ts';
import { DRAINING_STAGE, METRICS } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { disableOrphans, explainedBy, ownKeysAmong } from './own-keys.ts';
import { dropStrayProbes } from './probe-token.ts';
import { endOfGrace, giveUp } from './promote.ts';
import { isSendingCredential } from './readable.ts';
import { unlabel } from './leaked.ts';
import { retiringCredentials } from './retire-managing.ts';
import { checkUntil } from './test-key.ts';
import { track, tracked } from './tracking.ts';

/** How long a sweep waits for a revoked key to be refused everywhere; the next one goes on waiting. */
const PROOF_MS = 20_000;
/**
 * How long after its grace period a revoked key may wait for the proof. No rotation runs meanwhile, and rotations may be
 * as close as four hours.
 */
const PROOF_ENDS_MS = 4 * 3_600_000;
/** A rotation is retried by Secrets Manager for a while; what is still pending after this will not finish. */
const STUCK_AFTER_MS = 3_600_000;

/** Ends a rotation that did not finish: takes AWSPENDING off, so that the next one is not refused. */
export const endStuckRotation = async (keys: Keys): Promise<readonly string[]> => {
  const description = await keys.sending.describe();
  const pending = versionWith(description, PENDING_STAGE);
  if (pending === undefined || pending === versionWith(description, CURRENT_STAGE)) return [];
  // An import that waits for the provider goes on with the key it has made.
  if (pending === (await keys.inbox.get(CURRENT_STAGE))?.versionId) return [];
  const known = await tracked(keys, pending);
  if (known === undefined) {
    await track(keys, pending, { state: 'pending' });
    return [];
  }
  const stored = await keys.sending.get(PENDING_STAGE, pending);
  const since = Math.min(Date.parse(known.since), stored?.createdAt ?? Infinity);
  if (keys.clock.now() - since < STUCK_AFTER_MS) return [];
  await keys.sending.moveStage(PENDING_STAGE, { from: pending });
  if (keys.provider.strategy === 'token-mint' && stored !== null) await giveUp(keys, pending);
  keys.metrics.emit({ [METRICS.names.rotationFailed]: 1 });
  keys.log.warn('stuck rotation cleaned up', { versionId: pending });
  return ['A rotation that did not finish within an hour was cleaned up; the next one can run.'];
};

/** Disables the room's own keys that nothing explains. The customer's other keys are left alone. */
export const removeOrphans = async (keys: Keys): Promise<readonly string[]> => {
  if (keys.provider.strategy === 'token-mint') return dropStrayProbes(keys);
  const managing = await managingOf(keys);
  if (managing === undefined) return [];
  const description = await keys.sending.describe();
  const own = ownKeysAmong(await keys.provider.listLive(managing), keys.settings.namePrefix);
  const { keys: tracked } = await keys.state.read();
  const count = await disableOrphans(keys, managing, own, explainedBy(description, tracked));
  return count === 0 ? [] : [`${count} key(s) that no version explains were disabled at the provider.`];
};

/**
 * Retires the draining key once its grace period is over, and proves it dead where the provider allows.
 *
 * Repeating it is harmless: until the proof the key keeps its label, and the next sweep goes on.
 *
 * @throws RotationError `old-key-out-of-reach`, ProviderCallError
 */
export const retireDrained = async (keys: Keys): Promise<readonly string[]> => {
  const old = await keys.sending.get(DRAINING_STAGE);
  if (old === null) return [];
  const { versions } = await keys.sending.describe();
  if (versions[old.versionId]?.includes(CURRENT_STAGE)) return [];
  const known = await tracked(keys, old.versionId);
  if (known?.state === 'dead' || known?.state === 'not-provably-dead') {
    // Proved with the managing credential that made it, or given up by a run that crashed before it took the label off.
    await keys.sending.moveStage(DRAINING_STAGE, { from: old.versionId });
    return [];
  }
  const until = known?.drainingUntil;
  if (until === undefined) {
    await track(keys, old.versionId, { state: 'draining', drainingUntil: endOfGrace(keys) });
    return ['An old key whose grace period was not known begins it now.'];
  }
  if (Date.parse(until) > keys.clock.now()) return [`The old key drains until ${until}.`];
  if (keys.provider.strategy === 'token-mint') {
    await giveUp(keys, old.versionId);
    await keys.sending.moveStage(DRAINING_STAGE, { from: old.versionId });
    return ['The old token is out of use. It cannot be revoked alone, so it is not provably dead.'];
  }
  return proveDead(keys, old, until);
};

/** Retires the draining key without waiting for the end of its grace period: for one that the provider refuses anyway. */
export const retireNow = async (keys: Keys): Promise<readonly string[]> => {
  const old = await keys.sending.get(DRAINING_STAGE);
  return old === null ? [] : retireAtOnce(keys, old);
};

/**
 * Retires a key at once, whether it drains or is in use: for one that must not live any longer.
 *
 * @param forMs how long to ask about it. @default 20000
 */
export const retireAtOnce = async (keys: Keys, old: StoredVersion, forMs = PROOF_MS): Promise<readonly string[]> => {
  const now = iso(keys.clock.now());
  // Of one that was asked about before, the wait for the proof goes on.
  const { drainingUntil = now } = (await tracked(keys, old.versionId)) ?? {};
  return proveDead(keys, old, drainingUntil < now ? drainingUntil : now, forMs);
};

const proveDead = async (
  keys: Keys,
  old: StoredVersion,
  until: string,
  forMs = PROOF_MS,
): Promise<readonly string[]> => {
  if (!isSendingCredential(keys, old.value)) return letGo(keys, old.versionId);
  const providerKeyId = keys.provider.keyIdOf(old.value);
  const managing = await managingOf(keys);
  if (managing === undefined || providerKeyId === null) return [];
  const wasRevoked = (await tracked(keys, old.versionId))?.isRevoked === true;
  const revoked = await revokeOld(keys, managing, providerKeyId, wasRevoked);
  const isRevoked = revoked === 'revoked';
  const verdict = await checkUntil(keys, old.value, 'refused', forMs);
  if (verdict !== 'refused') {
    // A key that the provider still takes is not given up: it is alive.
    const isOverdue = verdict !== 'ok' && keys.clock.now() - Date.parse(until) > PROOF_ENDS_MS;
    if (isOverdue && !(await isListed(keys, managing, providerKeyId))) {
      await giveUp(keys, old.versionId);
      await unlabel(keys, old.versionId);
      return [
        `The old key was revoked and the provider lists it no more, but its verdict is "${verdict}": not provably dead.`,
      ];
    }
    await track(keys, old.versionId, { state: 'draining', providerKeyId, drainingUntil: until, isRevoked });
    keys.log.warn('revoked key not refused yet', { providerKeyId, reason: verdict });
    if (!isRevoked && verdict === 'ok') throw new RotationError('old-key-out-of-reach', providerKeyId);
    return [`The old key was revoked, but the provider’s verdict on it is "${verdict}"; the next sweep asks again.`];
  }
  await track(keys, old.versionId, { state: 'dead', providerKeyId });
  await unlabel(keys, old.versionId);
  keys.metrics.emit({ [METRICS.names.keyProvedDead]: 1 });
  return ['The old key was revoked, and the provider refused it when asked.'];
};

/**
 * With the credential in use; where its account does not know the key, with those that were replaced and are not proved
 * dead: one of them may have made it. Once revoked, it is so again only if somebody has let it live again: providers
 * limit changes, Infobip to 40 a day.
 */
const revokeOld = async (
  keys: Keys,
  managing: SecretValue,
  providerKeyId: string,
  wasRevoked: boolean,
): Promise<'revoked' | 'not-found'> => {
  if (wasRevoked && !(await isListed(keys, managing, providerKeyId))) return 'revoked';
  if ((await keys.provider.revoke(managing, providerKeyId)) === 'revoked') return 'revoked';
  for (const { value } of await retiringCredentials(keys)) {
    try {
      if ((await keys.provider.revoke(value, providerKeyId)) === 'revoked') return 'revoked';
    } catch (error: unknown) {
      // One that is dead already, most likely: nothing that it could have revoked is lost by that.
      if (!(error instanceof ProviderCallError)) throw error;
    }
  }
  return 'not-found';
};

/** There is nothing to revoke and nothing to try: somebody put something else into the secret by hand. */
const letGo = async (keys: Keys, versionId: string): Promise<readonly string[]> => {
  await giveUp(keys, versionId);
  await unlabel(keys, versionId);
  return ['The old version holds no credential of this provider, so whatever it opened is not provably dead.'];
};

const isListed = async (keys: Keys, managing: SecretValue, providerKeyId: string): Promise<boolean> =>
  (await keys.provider.listLive(managing)).some(({ id }) => id === providerKeyId);

/** The managing credential in use. */
export const managingOf = async (keys: Keys): Promise<SecretValue | undefined> =>
  (await keys.managing.get(CURRENT_STAGE))?.value;
