import { METRICS, STANDBY_STAGE } from '../../shared/contract.ts';
import { ProviderCallError } from '../../shared/credential-manager.ts';
import { CURRENT_STAGE, PREVIOUS_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { iso } from '../../shared/clock.ts';
import type { Keys, TrackedManaging } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { bury, retiringStage, standingManaging, trackedManaging, trackManaging } from './managing-memory.ts';
import { isManagingCredential } from './readable.ts';
import { dropProbe, hasEnded, keepLastToken, mintProbe, probeOf } from './probe-token.ts';

/** Somebody is told again of a credential that is not proved dead when this has passed. */
const TELL_EVERY_MS = 24 * 3_600_000;

/**
 * Begins to end a managing credential that another one replaces: from now on every sweep asks whether it is dead.
 *
 * Under a label of its own, because AWSPREVIOUS moves on with the next change.
 */
export const retireManaging = async (keys: Keys, old: StoredVersion): Promise<void> => {
  // First the token to try it with and the memory, then the label: a labelled version always has both.
  if (keys.provider.strategy === 'token-mint') await keepLastToken(keys, old);
  const publicId = publicIdOf(old.value, keys.settings.managingFields);
  await trackManaging(keys, old.versionId, { publicId, state: 'draining' });
  await keys.managing.moveStage(retiringStage(old.versionId), { to: old.versionId });
};

/**
 * Brings labels and memory of the managing credentials in line with where AWSCURRENT is. Safe at any time.
 *
 * What is the same as a credential in use is none to be ended, and a standby that is the one in use is none.
 */
export const settleManaging = async (keys: Keys): Promise<void> => {
  const description = await keys.managing.describe();
  const current = versionWith(description, CURRENT_STAGE);
  if (current === undefined) return;
  const isKnown = (await trackedManaging(keys, current))?.state === 'active';
  if (isKnown && Object.keys(description.versions).length === 1) return;
  const active = await keys.managing.get(CURRENT_STAGE, current);
  if (active === null) return;
  const publicId = publicIdOf(active.value, keys.settings.managingFields);
  await trackManaging(keys, current, { publicId, state: 'active' }, active.createdAt);

  const standby = await usableStandby(keys, active);
  const inUse = standby === null ? [active] : [active, standby];
  const isInUse = (old: StoredVersion): boolean => inUse.some(({ value }) => value.equals(old.value));
  for (const [versionId, stages] of Object.entries(description.versions)) {
    if (!stages.includes(retiringStage(versionId))) continue;
    const old = await keys.managing.get(retiringStage(versionId), versionId);
    if (old !== null && !isInUse(old)) continue;
    await keys.managing.moveStage(retiringStage(versionId), { from: versionId });
    if (!inUse.some((other) => other.versionId === versionId)) await dropProbe(keys, versionId);
  }
  const previous = versionWith(description, PREVIOUS_STAGE);
  if (previous === undefined || (await trackedManaging(keys, previous))?.state === 'dead') return;
  if (description.versions[previous]?.includes(retiringStage(previous))) return;
  const old = await keys.managing.get(PREVIOUS_STAGE, previous);
  // What is no credential opens nothing: there is nothing to be ended.
  if (old === null || isInUse(old) || !isManagingCredential(old.value, keys.settings.managingFields)) return;
  await retireManaging(keys, old);
};

const usableStandby = async (keys: Keys, active: StoredVersion): Promise<StoredVersion | null> => {
  const standby = await keys.managing.get(STANDBY_STAGE);
  // A swap that was not finished: it still needs the label.
  if (standby === null || standby.versionId === active.versionId) return null;
  const { managingFields } = keys.settings;
  if (publicIdOf(standby.value, managingFields) !== publicIdOf(active.value, managingFields)) return standby;
  await dropProbe(keys, standby.versionId);
  await keys.managing.moveStage(STANDBY_STAGE, { from: standby.versionId });
  return null;
};

/**
 * Asks the provider about every replaced managing credential, until it refuses it.
 *
 * @returns what is proved, and for the others what a person has to do
 */
export const proveOldCredentials = async (keys: Keys): Promise<readonly string[]> => {
  const steps: string[] = [];
  for (const old of await retiringCredentials(keys)) {
    const isDead = (await trackedManaging(keys, old.versionId))?.state === 'dead';
    const verdict = isDead ? 'dead' : await verdictOn(keys, old);
    steps.push(verdict === 'dead' ? await close(keys, old) : await tell(keys, old, verdict));
    // Whoever does not answer now will not answer about the next one either.
    if (verdict === 'unknown') break;
  }
  return steps;
};

/** The replaced managing credentials that are not proved dead. */
export const retiringCredentials = async (keys: Keys): Promise<readonly StoredVersion[]> => {
  const { versions } = await keys.managing.describe();
  const found: StoredVersion[] = [];
  for (const [versionId, stages] of Object.entries(versions)) {
    if (!stages.includes(retiringStage(versionId)) || stages.includes(CURRENT_STAGE)) continue;
    const old = await keys.managing.get(retiringStage(versionId), versionId);
    if (old !== null) found.push(old);
  }
  return found;
};

/** `unknown` proves nothing: the provider did not answer, or not from where we called. */
type Verdict = 'alive' | 'dead' | 'unknown';

const verdictOn = async (keys: Keys, old: StoredVersion): Promise<Verdict> => {
  const verdict = await refusalOf(keys, old);
  return verdict === 'dead' && !(await isOtherwiseTaken(keys)) ? 'unknown' : verdict;
};

/** A refusal proves something while the provider takes what is in use: it may refuse everybody, or the account. */
const isOtherwiseTaken = async (keys: Keys): Promise<boolean> => {
  if (keys.provider.strategy === 'dual-key') {
    const inUse = await keys.managing.get(CURRENT_STAGE);
    return inUse !== null && (await keys.provider.checkManaging(inUse.value)) === 'ok';
  }
  const inUse = await keys.sending.get(CURRENT_STAGE);
  return inUse !== null && (await keys.provider.check(inUse.value, keys.settings.channels)) === 'ok';
};

const refusalOf = async (keys: Keys, old: StoredVersion): Promise<Verdict> => {
  if (keys.provider.strategy === 'token-mint') return verdictByToken(keys, old);
  const verdict = await keys.provider.checkManaging(old.value);
  if (verdict === 'refused') return 'dead';
  return verdict === 'ok' ? 'alive' : 'unknown';
};

/**
 * Tries the last token first, because minting one to see whether that is possible makes one more that cannot be revoked.
 *
 * A token that is refused may have ended, or not have spread yet: only a refusal to mint another is the proof.
 */
const verdictByToken = async (keys: Keys, old: StoredVersion): Promise<Verdict> => {
  const token = await probeOf(keys, old);
  if (token !== null && !hasEnded(keys, token)) {
    const verdict = await keys.provider.check(token.value, keys.settings.channels);
    if (verdict !== 'refused') return verdict === 'ok' ? 'alive' : 'unknown';
  }
  try {
    await mintProbe(keys, old);
    return 'alive';
  } catch (error: unknown) {
    if (!(error instanceof ProviderCallError)) throw error;
    return error.code === 'managing-credential-refused' ? 'dead' : 'unknown';
  }
};

const close = async (keys: Keys, old: StoredVersion): Promise<string> => {
  await bury(keys, old.versionId, versionWith(await keys.sending.describe(), CURRENT_STAGE));
  if (keys.provider.strategy === 'token-mint') await dropProbe(keys, old.versionId);
  await keys.managing.moveStage(retiringStage(old.versionId), { from: old.versionId });
  keys.metrics.emit({ [METRICS.names.keyProvedDead]: 1 });
  const publicId = publicIdOf(old.value, keys.settings.managingFields);
  keys.log.info('old managing credential proved dead', { versionId: old.versionId, providerKeyId: publicId });
  return `The provider refuses the old credential ${publicId}: it is proved dead.`;
};

const tell = async (keys: Keys, old: StoredVersion, verdict: Verdict): Promise<string> => {
  const publicId = publicIdOf(old.value, keys.settings.managingFields);
  const known = await trackedManaging(keys, old.versionId);
  const now = keys.clock.now();
  const graceEnds = Date.parse(known?.since ?? iso(now)) + keys.settings.graceSeconds * 1000;
  const dueAt = known?.toldAt === undefined ? graceEnds : Date.parse(known.toldAt) + TELL_EVERY_MS;
  if (now >= dueAt) {
    await trackManaging(keys, old.versionId, { publicId, state: 'draining', toldAt: iso(now) });
    keys.metrics.emit({ [METRICS.names.oldCredentialAlive]: 1 });
    keys.log.warn('old managing credential not proved dead', {
      versionId: old.versionId,
      providerKeyId: publicId,
      reason: verdict,
    });
  }
  return todoAbout(keys, publicId, await standingManaging(keys));
};

/** What a person has to do about a replaced managing credential. */
export const todoAbout = (
  { settings: { handover } }: Keys,
  publicId: string,
  all: readonly TrackedManaging[],
): string => {
  const what = handover?.what ?? 'the credential';
  const where = handover === undefined ? 'at the provider' : `in ${handover.where}`;
  const page = handover?.url === undefined ? '' : ` (${handover.url})`;
  const isShared = all.some((entry) => entry.publicId === publicId && ['active', 'standby'].includes(entry.state));
  const todo = isShared
    ? `See that the old secret of ${what} ${publicId} is void ${where}${page}; do not delete it, it is in use with another secret.`
    : `Delete ${what} ${publicId} ${where}${page}.${handover?.note === undefined ? '' : ` ${handover.note}`}`;
  return `${todo} The room asks every hour until the provider refuses it, and opens a ticket every day until then.`;
};
