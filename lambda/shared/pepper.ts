import { type ContentSeal, createContentSeal } from './content-seal.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';
import type { SecretStore } from './secret-store.ts';
import type { SecretValue } from './secret-value.ts';

/** Everything that a room derives from its pepper. */
export type Pepper = KeyedHash & ContentSeal;

export const createPepper = (value: SecretValue): Pepper => ({
  ...createKeyedHash(value),
  ...createContentSeal(value),
});

/**
 * Reads the pepper until it was read: it never changes, so one successful read serves the environment's whole life.
 *
 * @returns `undefined` while it cannot be read
 */
export const readPepperOnce = (store: SecretStore): (() => Promise<Pepper | undefined>) => {
  let pepper: Pepper | undefined;
  return async () => {
    if (pepper) return pepper;
    const read = await store.read('AWSCURRENT');
    return read.kind === 'value' ? (pepper ??= createPepper(read.value)) : undefined;
  };
};
