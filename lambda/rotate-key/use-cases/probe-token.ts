import { DRAINING_STAGE, PROBE_STAGES } from '../../shared/contract.ts';
import { CURRENT_STAGE, PREVIOUS_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { mint } from './minting.ts';
import { isLabelled } from './own-keys.ts';
import { giveUp } from './promote.ts';
import { track, tracked } from './tracking.ts';

const HOUR_MS = 3_600_000;
/** A minted token that does not say when it ends is replaced this often. */
const REMINT_HOURS = 12;

/** The label of the token that a managing credential is tried with. */
export const probeStage = (managingVersionId: string): string => `${PROBE_STAGES}${managingVersionId}`;

/** Milliseconds since the epoch at which a minted token has lived half its life. */
export const halfLifeOf = (keys: Keys, token: StoredVersion): number => {
  const lifetime = keys.provider.lifetimeOf(token.value);
  const half = lifetime ? (lifetime.until - lifetime.from) / 2 : REMINT_HOURS * HOUR_MS;
  return (lifetime?.from ?? token.createdAt) + half;
};

/** Whether a token says itself that it is over. */
export const hasEnded = (keys: Keys, { value }: StoredVersion): boolean =>
  keys.clock.now() >= (keys.provider.lifetimeOf(value)?.until ?? Infinity);

/** The token a managing credential is tried with, where one is kept. */
export const probeOf = (keys: Keys, managing: StoredVersion): Promise<StoredVersion | null> =>
  keys.sending.get(probeStage(managing.versionId));

/**
 * Mints a token that does not send, and keeps it to try its managing credential with; it takes the place of an older one.
 *
 * @throws ProviderCallError `managing-credential-refused`
 */
export const mintProbe = async (keys: Keys, managing: StoredVersion): Promise<StoredVersion> => {
  const token = keys.newToken();
  const { value } = await mint(keys, managing.value, token);
  const { versions } = await keys.sending.describe();
  const stage = probeStage(managing.versionId);
  const older = Object.keys(versions).find((id) => versions[id]?.includes(stage));
  await keys.sending.put(token, value, [stage]);
  await track(keys, token, { state: 'standby', managedBy: publicIdOf(managing.value, keys.settings.managingFields) });
  // One that drains is given up when its time has come.
  if (older !== undefined && versions[older]?.length === 1) await giveUp(keys, older);
  return { versionId: token, value, createdAt: keys.clock.now() };
};

/**
 * Keeps the last token a replaced managing credential made, as the one it is tried with.
 *
 * Without one, the next try mints it.
 */
export const keepLastToken = async (keys: Keys, managing: StoredVersion): Promise<void> => {
  const description = await keys.sending.describe();
  const stage = probeStage(managing.versionId);
  if (versionWith(description, stage) !== undefined) return;
  const id = publicIdOf(managing.value, keys.settings.managingFields);
  for (const candidate of [CURRENT_STAGE, PREVIOUS_STAGE, DRAINING_STAGE]) {
    const versionId = versionWith(description, candidate);
    if (versionId === undefined) continue;
    const made = (await tracked(keys, versionId))?.managedBy;
    if (made !== undefined && made !== id) continue;
    await keys.sending.moveStage(stage, { to: versionId });
    return;
  }
};

/** Takes the label off the token, which is then forgotten unless it sends or drains. */
export const dropProbe = async (keys: Keys, managingVersionId: string): Promise<void> => {
  const { versions } = await keys.sending.describe();
  const stage = probeStage(managingVersionId);
  const token = Object.keys(versions).find((id) => versions[id]?.includes(stage));
  if (token === undefined) return;
  if (versions[token]?.length === 1) await giveUp(keys, token);
  await keys.sending.moveStage(stage, { from: token });
};

/** Forgets tokens whose managing credential never came to be kept: a candidate that another one overtook. */
export const dropStrayProbes = async (keys: Keys): Promise<readonly string[]> => {
  const { versions } = await keys.sending.describe();
  const owners = Object.values(versions)
    .flat()
    .flatMap((stage) => (stage.startsWith(PROBE_STAGES) ? [stage.slice(PROBE_STAGES.length)] : []));
  if (owners.length === 0) return [];
  const managing = await keys.managing.describe();
  const waiting = (await keys.inbox.get(CURRENT_STAGE))?.versionId;
  const strays = owners.filter((owner) => owner !== waiting && !isLabelled(managing, owner));
  for (const owner of strays) await dropProbe(keys, owner);
  return strays.length === 0 ? [] : [`${strays.length} token(s) that nothing needs any more were put out of use.`];
};
