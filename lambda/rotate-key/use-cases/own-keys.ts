import { METRICS } from '../../shared/contract.ts';
import { CURRENT_STAGE, type SecretDescription } from '../../shared/secret-versions.ts';
import type { ListedKey } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import type { Keys, TrackedKey } from '../ports.ts';
import { isSendingCredential } from './readable.ts';

/** A key of the provider's list that this room made. */
export interface OwnKey {
  readonly id: string;
  /** The token of the rotation that made it, which is also the id of its version. */
  readonly token: string;
}

/**
 * The room's own keys among the usable ones at the provider.
 *
 * A name is ours only when exactly a UUID follows the prefix: `keyroom-local-otp-` also begins the names of the keys
 * of a room called `otp-backup`. Every other key is the customer's own and is never touched.
 */
export const ownKeysAmong = (live: readonly ListedKey[], namePrefix: string): readonly OwnKey[] =>
  live.flatMap(({ id, name }) => {
    const token = name.startsWith(namePrefix) ? name.slice(namePrefix.length) : '';
    return isUuid(token) ? [{ id, token }] : [];
  });

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

/**
 * Disables own keys that no version of the secret explains: made by a run that crashed before it stored them.
 *
 * @param explained which keys stay
 * @returns how many were disabled
 */
export const disableOrphans = async (
  keys: Keys,
  managing: SecretValue,
  own: readonly OwnKey[],
  explained: (key: OwnKey) => boolean,
): Promise<number> => {
  const unexplained = own.filter((key) => !explained(key));
  if (unexplained.length === 0) return 0;
  const current = await keys.sending.get(CURRENT_STAGE);
  // A second, independent reason to stay: whatever the names say, the key that sends is never an orphan.
  const sendingKeyId =
    current && isSendingCredential(keys, current.value) ? keys.provider.keyIdOf(current.value) : null;
  const orphans = unexplained.filter(({ id }) => id !== sendingKeyId);
  for (const { id } of orphans) {
    await keys.provider.revoke(managing, id);
    keys.log.warn('orphan key disabled', { providerKeyId: id });
  }
  if (orphans.length > 0) keys.metrics.emit({ [METRICS.names.orphanKeys]: orphans.length });
  return orphans.length;
};

/**
 * Whether a version explains a key: it carries a label, and its key is this one as far as the room remembers, and not
 * proved dead: one that lives again was let by somebody.
 *
 * A name alone proves nothing: whoever holds the managing credential can name a key after any version, and the provider
 * may have made a second one under it, in answer to a call that was given up.
 */
export const explainedBy =
  (description: SecretDescription, tracked: readonly TrackedKey[]) =>
  ({ id, token }: OwnKey): boolean => {
    const known = tracked.find(({ versionId }) => versionId === token);
    return isLabelled(description, token) && known?.state !== 'dead' && (known?.providerKeyId ?? id) === id;
  };

/** Whether a version carries any staging label. */
export const isLabelled = ({ versions }: SecretDescription, token: string): boolean =>
  (versions[token]?.length ?? 0) > 0;
