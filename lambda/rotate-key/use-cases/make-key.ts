import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE, PENDING_STAGE, type SecretDescription, versionWith } from '../../shared/secret-versions.ts';
import { EMPTY_VALUE, type SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { publicIdOf } from './candidate.ts';
import { takeBaseline } from './foreign-keys.ts';
import { isLeaked } from './leaked.ts';
import { mint } from './minting.ts';
import { disableOrphans, explainedBy, type OwnKey, ownKeysAmong } from './own-keys.ts';
import { track, tracked } from './tracking.ts';

/**
 * Makes a sending key at the provider and stores it as AWSPENDING under the token.
 *
 * Where keys can be listed, those of crashed runs are disabled first; the new key carries the token in its name, so
 * that the next run finds it if this one crashes before storing it. Refused while an old key drains, before anything
 * is made.
 *
 * In a secret without a current version an empty one takes that place first: Secrets Manager makes the first version
 * current whatever labels it is given, and a key is stored before it is tested, so that a key that cannot be tested yet
 * (the provider does not allow our address) is kept and not made anew with every try.
 *
 * @throws RotationError `old-key-still-draining`, ProviderCallError
 */
export const makeKey = async (keys: Keys, managing: SecretValue, token: string): Promise<void> => {
  const { provider } = keys;
  const description = await keys.sending.describe();
  if (versionWith(description, CURRENT_STAGE) === undefined) {
    await keys.sending.put(keys.newToken(), EMPTY_VALUE, [CURRENT_STAGE]);
  }
  if (provider.strategy === 'dual-key') await clearTheWay(keys, managing, token, description);
  const { value, providerKeyId } = await mint(keys, managing, token);
  if ((await keys.sending.put(token, value, [PENDING_STAGE])) === 'conflict') {
    // Another run stored its own key under this token; ours would live on unknown to anybody.
    if (providerKeyId !== null) await provider.revoke(managing, providerKeyId);
    return;
  }
  const managedBy = publicIdOf(managing, keys.settings.managingFields);
  await track(keys, token, { state: 'pending', providerKeyId, managedBy });
};

const clearTheWay = async (
  keys: Keys,
  managing: SecretValue,
  token: string,
  description: SecretDescription,
): Promise<void> => {
  const draining = versionWith(description, DRAINING_STAGE);
  if (draining !== undefined) throw await stillDraining(keys, draining);
  const live = await keys.provider.listLive(managing);
  await takeBaseline(keys, live);
  const own = ownKeysAmong(live, keys.settings.namePrefix);
  const current = versionWith(description, CURRENT_STAGE);
  // A switch that crashed before it labelled the old key: it lives, and nobody has begun to count its grace.
  const isExplained = explainedBy(description, (await keys.state.read()).keys);
  // One that has leaked may live where the room cannot end it: its successor is wanted all the more.
  const stays = (key: OwnKey) => (key.token === current || isLeaked(description, key.token)) && isExplained(key);
  const old = own.find((key) => !stays(key) && key.token !== token && isExplained(key));
  if (old) throw await stillDraining(keys, old.token);
  await disableOrphans(keys, managing, own, stays);
};

/** The refusal, saying until when where that is known. */
export const stillDraining = async (keys: Keys, versionId: string): Promise<RotationError> => {
  const until = (await tracked(keys, versionId))?.drainingUntil;
  return new RotationError('old-key-still-draining', until === undefined ? undefined : `until ${until}`);
};
