import { iso } from '../../shared/clock.ts';
import { DRAINING_STAGE, METRICS } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, PREVIOUS_STAGE, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { isLeaked } from './leaked.ts';
import { isSendingCredential } from './readable.ts';
import { track, tracked } from './tracking.ts';

/**
 * Makes the pending version the one that sends, in one atomic move of AWSCURRENT.
 *
 * Nothing is revoked: running functions still hold the old key. @throws RotationError
 */
export const promote = async (keys: Keys, token: string): Promise<void> => {
  const from = versionWith(await keys.sending.describe(), CURRENT_STAGE);
  if (from !== token) {
    const moved = await keys.sending.moveStage(CURRENT_STAGE, { to: token, ...(from === undefined ? {} : { from }) });
    if (moved === 'conflict') throw new RotationError('state-changed');
    keys.metrics.emit({ [METRICS.names.rotationFinished]: 1 });
  }
  await settle(keys);
};

/**
 * Brings labels and memory in line with where AWSCURRENT is. Safe at any time, and needed after a crash.
 *
 * The old key starts to drain under a label of its own, because AWSPREVIOUS moves on with the next switch.
 */
export const settle = async (keys: Keys): Promise<void> => {
  const description = await keys.sending.describe();
  const current = versionWith(description, CURRENT_STAGE);
  if (current === undefined) return;
  let draining = versionWith(description, DRAINING_STAGE);
  if (draining === current) {
    // Somebody moved AWSCURRENT back by hand: that key must not be retired.
    await keys.sending.moveStage(DRAINING_STAGE, { from: current });
    draining = undefined;
  }
  const previous = versionWith(description, PREVIOUS_STAGE);
  if (previous !== undefined && !isLeaked(description, previous)) await startDraining(keys, previous, draining);
  if (description.versions[current]?.includes(PENDING_STAGE)) {
    await keys.sending.moveStage(PENDING_STAGE, { from: current });
  }
  const known = await tracked(keys, current);
  // A key that was revoked while it was in use stays so until its successor is there.
  if (known?.state === 'active' || known?.state === 'dead' || isLeaked(description, current)) return;
  const stored = await keys.sending.get(CURRENT_STAGE, current);
  // The empty version that comes before the first key is none.
  if (stored === null) return;
  // A crash right after the key was stored left its id unknown.
  const providerKeyId = isSendingCredential(keys, stored.value) ? keys.provider.keyIdOf(stored.value) : null;
  await track(keys, current, { state: 'active', providerKeyId });
};

const startDraining = async (keys: Keys, previous: string, draining: string | undefined): Promise<void> => {
  if (previous === draining) return;
  const known = await tracked(keys, previous);
  if (known?.state === 'dead' || known?.state === 'not-provably-dead') return;
  // The empty version that came before the first key: there is nothing to retire.
  if ((await keys.sending.get(PREVIOUS_STAGE, previous)) === null) return;
  // First the end of the grace period, then the label: a labelled version always has one.
  await track(keys, previous, { state: 'draining', drainingUntil: known?.drainingUntil ?? endOfGrace(keys) });
  await keys.sending.moveStage(DRAINING_STAGE, { to: previous, ...(draining === undefined ? {} : { from: draining }) });
  if (draining !== undefined) await giveUp(keys, draining);
};

/** When a key that starts to drain now may be retired. */
export const endOfGrace = (keys: Keys): string => iso(keys.clock.now() + keys.settings.graceSeconds * 1000);

/** A key that cannot be revoked, or can no longer be shown to be: said once, plainly. */
export const giveUp = async (keys: Keys, versionId: string): Promise<void> => {
  const known = (await tracked(keys, versionId))?.state;
  if (known === 'dead' || known === 'not-provably-dead') return;
  await track(keys, versionId, { state: 'not-provably-dead' });
  keys.metrics.emit({ [METRICS.names.keyNotProvablyDead]: 1 });
  keys.log.warn('old key not provably dead', { versionId });
};
