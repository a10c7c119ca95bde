import { DRAINING_STAGE, METRICS } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, type StoredVersion, versionWith } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { takeHealingTurn } from './heal-limits.ts';
import { stillDraining } from './make-key.ts';
import { settle } from './promote.ts';
import { isSendingCredential } from './readable.ts';
import { retireNow } from './retire.ts';
import { beginRotation } from './rotate.ts';
import { checkUntil, UNUSABLE } from './test-key.ts';
import { exclusively } from './tracking.ts';

/** A refusal is believed when the provider repeats it this long: a new key does not reach all of its servers at once. */
const CONFIRM_MS = 5000;

/**
 * Replaces the current key if the provider refuses it, without a person: senders say so, or an hour has passed.
 *
 * 1. The provider is asked: whoever says that the key is refused may be late, wrong, or somebody else.
 * 2. A rotation that is under way is left to finish.
 * 3. Where the key before it still drains and works, it is in use again, at once. Either way the dead one is retired
 *    now, or its successor would have to wait for the end of its grace period.
 * 4. A rotation begins.
 *
 * A key that is refused from our address only, or that lacks a right, is not replaced: the next one would fare no better.
 *
 * @param patienceMs how long to wait for another change of keys to end. @default - as long as `exclusively` does
 * @returns what was done; nothing where the provider takes the key or there is none
 * @throws RotationError, ProviderCallError
 */
export const heal = async (keys: Keys, patienceMs?: number): Promise<readonly string[]> => {
  const current = await keys.sending.get(CURRENT_STAGE);
  if (current === null) return [];
  const isCredential = isSendingCredential(keys, current.value);
  // What is none opens nothing: senders are refused before the provider sees it.
  if (!isCredential)
    keys.log.warn('current key is none', { code: 'credential-malformed', versionId: current.versionId });
  const verdict = isCredential ? await checkUntil(keys, current.value, 'ok', CONFIRM_MS) : 'refused';
  if (verdict === 'ok') return [];
  if (verdict !== 'refused') throw new RotationError(UNUSABLE[verdict]);
  const { steps, isClear } = await exclusively(keys, (held) => makeWay(held, current), patienceMs);
  if (!isClear) return steps;
  // Not under the claim: the rotation's own steps need it.
  await beginRotation(keys);
  return [...steps, 'The provider refuses the current key; a rotation has begun.'];
};

interface Way {
  readonly steps: readonly string[];
  /** Whether a rotation is to begin. */
  readonly isClear: boolean;
}

const makeWay = async (keys: Keys, refused: StoredVersion): Promise<Way> => {
  await settle(keys);
  const description = await keys.sending.describe();
  const stop = (step: string): Way => ({ steps: [step], isClear: false });
  const current = versionWith(description, CURRENT_STAGE);
  if (current !== refused.versionId) return stop('The provider refused the key, which was replaced meanwhile.');
  const pending = versionWith(description, PENDING_STAGE);
  if (pending !== undefined && pending !== current) {
    return stop('The provider refuses the current key; the rotation under way is left to finish.');
  }
  if (!description.rotationEnabled) throw new RotationError('rotation-not-enabled');
  if ((await keys.managing.get(CURRENT_STAGE)) === null) throw new RotationError('room-has-no-key');
  const old = keys.provider.strategy === 'dual-key' ? await keys.sending.get(DRAINING_STAGE) : null;
  const verdict = old && (await keys.provider.check(old.value, keys.settings.channels));
  if (verdict === 'unreachable') throw new RotationError('provider-unreachable');

  await takeHealingTurn(keys);
  keys.metrics.emit({ [METRICS.names.healingBegun]: 1 });
  keys.log.warn('current key refused by the provider', { versionId: refused.versionId });
  if (old === null) return { steps: [], isClear: true };
  const back = verdict === 'ok' ? await goBackTo(keys, old, refused) : [];
  const retired = await retireNow(keys);
  const draining = versionWith(await keys.sending.describe(), DRAINING_STAGE);
  if (draining !== undefined) throw await stillDraining(keys, draining);
  return { steps: [...back, ...retired], isClear: true };
};

/** The refused key takes the old one's place among the draining. */
const goBackTo = async (keys: Keys, old: StoredVersion, refused: StoredVersion): Promise<readonly string[]> => {
  const moved = await keys.sending.moveStage(CURRENT_STAGE, { to: old.versionId, from: refused.versionId });
  if (moved === 'conflict') throw new RotationError('state-changed');
  await settle(keys);
  keys.log.warn('key before the refused one in use again', { versionId: old.versionId });
  return ['The key before it still works, and is in use again.'];
};
