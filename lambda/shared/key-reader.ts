import { type Clock, elapsed, mark, type Mark } from './clock.ts';
import type { SecretRead, SecretStore } from './secret-store.ts';
import type { SecretValue } from './secret-value.ts';

/** A key to call the provider with; both `null` in a room that needs none. */
export interface SendingKey {
  readonly value: SecretValue | null;
  /** Version of the secret the key is in. */
  readonly versionId: string | null;
}

/** Whether there is a key to send with, and why not. */
export type KeyRead =
  | { readonly kind: 'key'; readonly key: SendingKey }
  /** The room has no key yet. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'unavailable' };

/** What to do after the provider refused a key. */
export type AfterRefusal =
  /** Another key may work: the refusal proves that nothing was sent, so try it, once. */
  { readonly kind: 'try'; readonly key: SendingKey } | { readonly kind: 'give-up' };

/** Where the send path gets the provider's key from. */
export interface KeyReader {
  current(): Promise<KeyRead>;
  /** Call it when the provider answered that the key itself is bad, and for nothing else. */
  afterRefusal(refused: SendingKey): Promise<AfterRefusal>;
}

export interface KeyReaderOptions {
  readonly store: SecretStore;
  readonly clock: Clock;
  /** Seconds a key may be used before it is read again. The bound of a freeze by the secret's tag. */
  readonly cacheSeconds: number;
  /** Seconds after a switch in which the previous key may still be tried. */
  readonly graceSeconds: number;
  /** Called for each read that a refusal causes. */
  readonly onRefetch?: () => void;
}

/** Refusals cause at most one read a second, however many messages are refused. */
const REFETCH_EVERY_MS = 1000;

type Cached = Extract<SecretRead, { kind: 'value' }> & { readonly readAt: Mark };

/** A {@link KeyReader} that always names the staging label, caches AWSCURRENT and reads once for all who wait. */
export const createKeyReader = (options: KeyReaderOptions): KeyReader => {
  const { store, clock, cacheSeconds, graceSeconds, onRefetch } = options;
  let cached: Cached | undefined;
  let reading: Promise<SecretRead> | undefined;
  let refetchedAt: Mark | undefined;
  /** When the version before the cached one was last seen to be current: the switch came later. */
  let previousSeenAt: Mark | undefined;

  const read = (): Promise<SecretRead> => {
    const readAt = mark(clock);
    reading ??= store
      .read('AWSCURRENT')
      .then((result) => {
        const next = result.kind === 'value' ? { ...result, readAt } : undefined;
        if (next === undefined) previousSeenAt = undefined;
        else if (cached !== undefined && cached.versionId !== next.versionId) previousSeenAt = cached.readAt;
        cached = next;
        return result;
      })
      .finally(() => (reading = undefined));
    return reading;
  };

  const refetch = async (): Promise<void> => {
    if (reading === undefined && refetchedAt !== undefined && elapsed(clock, refetchedAt) < REFETCH_EVERY_MS) return;
    refetchedAt = mark(clock);
    onRefetch?.();
    await read();
  };

  /**
   * Nothing says when AWSCURRENT moved. The key was made before that, and a reader that had the key before it was still
   * current then: each gives a moment before the switch, so that neither makes the grace period longer than it is. The
   * second is for a key that waited, after its making, for a provider that did not answer or did not allow our address.
   */
  const inGrace = ({ createdAt }: Cached): boolean => {
    const graceMs = graceSeconds * 1000;
    if (clock.now() - createdAt < graceMs) return true;
    return previousSeenAt !== undefined && elapsed(clock, previousSeenAt) < graceMs;
  };

  return {
    current: async () => {
      const fresh = cached !== undefined && elapsed(clock, cached.readAt) < cacheSeconds * 1000;
      const result = fresh && cached ? cached : await read();
      return result.kind === 'value' ? { kind: 'key', key: toKey(result) } : result;
    },
    afterRefusal: async (refused) => {
      if (cached === undefined || cached.versionId === refused.versionId) await refetch();
      if (cached === undefined) return { kind: 'give-up' };
      if (cached.versionId !== refused.versionId) return { kind: 'try', key: toKey(cached) };
      if (!inGrace(cached)) return { kind: 'give-up' };
      const previous = await store.read('AWSPREVIOUS');
      return previous.kind === 'value' ? { kind: 'try', key: toKey(previous) } : { kind: 'give-up' };
    },
  };
};

const toKey = ({ value, versionId }: Extract<SecretRead, { kind: 'value' }>): SendingKey => ({ value, versionId });

/** The reader of a room whose provider has no credential. */
export const noKeyReader: KeyReader = {
  current: () => Promise.resolve({ kind: 'key', key: { value: null, versionId: null } }),
  afterRefusal: () => Promise.resolve({ kind: 'give-up' }),
};
