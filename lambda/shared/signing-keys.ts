import type { Clock } from './clock.ts';
import type { SecretStore } from './secret-store.ts';
import type { SecretValue } from './secret-value.ts';

/** How long a key that was read is used before it is read again. */
const KEPT_MS = 300_000;
/** A replaced key still signs for as long after the change. */
const OVERLAP_MS = 24 * 3_600_000;

/**
 * The keys that the provider signs receipts with: the one that was imported last, and for a day the one before it.
 *
 * @returns none while they cannot be read: then no receipt is believed, and the room asks about every one
 */
export const createSigningKeys = (
  store: SecretStore,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): (() => Promise<readonly SecretValue[]>) => {
  let kept: { readonly keys: readonly SecretValue[]; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && clock.monotonic() < kept.until) return kept.keys;
    const current = await store.read('AWSCURRENT');
    if (current.kind !== 'value') return [];
    const previous = clock.now() < current.createdAt + OVERLAP_MS ? await store.read('AWSPREVIOUS') : undefined;
    const keys = [current.value, ...(previous?.kind === 'value' ? [previous.value] : [])];
    kept = { keys, until: clock.monotonic() + KEPT_MS };
    return keys;
  };
};
