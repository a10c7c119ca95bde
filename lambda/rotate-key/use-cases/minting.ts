import { METRICS } from '../../shared/contract.ts';
import { type NewKey, ProviderCallError, type ProviderCallCode } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import type { Keys, Minting } from '../ports.ts';
import { bindingOf } from './key-binding.ts';
import { isLabelled } from './own-keys.ts';
import { change } from './tracking.ts';

const NONE: Minting = { begun: [], lost: 0, told: 0 };

/** After these nobody knows whether the provider made a token. Every other code says that it made none. */
const IN_DOUBT: readonly ProviderCallCode[] = ['provider-unreachable', 'provider-answer-unreadable'];

/**
 * Makes a sending key; where keys cannot be listed, so that none is lost without being counted.
 *
 * A token can be found nowhere but in the answer. That one is to be made is therefore written down first; `track` crosses
 * it out once it is stored. One that is still open when the next is made under the same version was lost.
 *
 * @throws ProviderCallError
 */
export const mint = async (keys: Keys, managing: SecretValue, versionId: string): Promise<NewKey> => {
  const binding = bindingOf(keys, versionId);
  if (keys.provider.strategy === 'dual-key') return keys.provider.create(managing, binding);
  await change(keys, ({ minting = NONE, ...state }) => {
    const lost = minting.begun.includes(versionId) ? minting.lost + 1 : minting.lost;
    return { ...state, minting: { ...minting, lost, begun: [...without(minting.begun, versionId), versionId] } };
  });
  try {
    return await keys.provider.create(managing, binding);
  } catch (error: unknown) {
    const isNone = error instanceof ProviderCallError && !IN_DOUBT.includes(error.code);
    // What went wrong first is what matters; a token too many is counted rather than one too few.
    if (isNone) await close(keys, [versionId], 0).catch(() => undefined);
    throw error;
  }
};

/** Counts the tokens as lost that were to be made for versions which carry no label any more: nobody will store them. */
export const countLostTokens = async (keys: Keys): Promise<readonly string[]> => {
  const { begun } = (await keys.state.read()).minting ?? NONE;
  if (begun.length === 0) return [];
  const description = await keys.sending.describe();
  const over = begun.filter((versionId) => !isLabelled(description, versionId));
  if (over.length === 0) return [];
  await close(keys, over, over.length);
  return [`${over.length} token(s) may have been made and lost: they cannot be revoked, and end by themselves.`];
};

/** Says how many were lost since it was last said; twice rather than never. */
export const tellLostTokens = async (keys: Keys): Promise<readonly string[]> => {
  const { lost, told } = (await keys.state.read()).minting ?? NONE;
  if (lost === told) return [];
  keys.metrics.emit({ [METRICS.names.orphanKeys]: lost - told });
  keys.log.warn('tokens lost before they were stored', { count: lost - told });
  await change(keys, ({ minting = NONE, ...state }) => ({ ...state, minting: { ...minting, told: lost } }));
  return [];
};

const without = (list: readonly string[], versionId: string): readonly string[] =>
  list.filter((entry) => entry !== versionId);

const close = async (keys: Keys, over: readonly string[], lost: number): Promise<void> => {
  await change(keys, ({ minting = NONE, ...state }) => {
    const begun = minting.begun.filter((versionId) => !over.includes(versionId));
    return { ...state, minting: { ...minting, begun, lost: minting.lost + lost } };
  });
};
