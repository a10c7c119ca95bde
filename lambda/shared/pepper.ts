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

/** {@link readOnce} for everything that a room derives. */
export const readPepperOnce = (store: SecretStore): (() => Promise<Pepper | undefined>) =>
  readOnce(store, createPepper);

/**
 * Reads the pepper until it was read: it never changes, so one successful read serves the environment's whole life.
 *
 * @param create makes of it what is needed
 * @returns `undefined` while it cannot be read
 */
export const readOnce = <T>(store: SecretStore, create: (pepper: SecretValue) => T): (() => Promise<T | undefined>) => {
  let made: T | undefined;
  return async () => {
    if (made !== undefined) return made;
    const read = await store.read('AWSCURRENT');
    return read.kind === 'value' ? (made ??= create(read.value)) : undefined;
  };
};
