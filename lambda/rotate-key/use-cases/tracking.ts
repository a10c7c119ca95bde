import { iso } from '../../shared/clock.ts';
import type { CredentialState } from '../contract.ts';
import type { SecretVersions } from '../../shared/secret-versions.ts';
import { RotationError } from '../errors.ts';
import type { Keys, RotationState, RotationStateStore, TrackedKey } from '../ports.ts';

/** Keys remembered: enough for a year of monthly rotations with what failed between them. */
const MAX_TRACKED = 20;
/** Writers at once are a step and a command at most; a third loss means something else is wrong. */
const MAX_ATTEMPTS = 3;
/**
 * Longest time one step or command may hold the claim: the function's timeout and a margin, so that a claim outlives
 * its holder for seconds only.
 */
const CLAIM_SECONDS = 150;

/**
 * Reads the state, changes it and writes it, again when somebody else wrote meanwhile.
 *
 * @param next gives `undefined` when nothing is to be changed after all
 * @returns whether something was written
 * @throws RotationError
 */
export const change = async (
  { state }: Pick<Keys, 'state'>,
  next: (current: RotationState) => Omit<RotationState, 'revision'> | undefined,
): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    const current = await state.read();
    const changed = next(current);
    if (changed === undefined) return false;
    try {
      await state.write(changed, current);
      return true;
    } catch (error: unknown) {
      const lost = error instanceof RotationError && error.code === 'state-changed';
      if (!lost || attempt === MAX_ATTEMPTS) throw error;
    }
  }
};

/** What is new about a key; `since` stays when the state does. */
export interface KeyChange {
  readonly state: CredentialState;
  readonly providerKeyId?: string | null;
  readonly drainingUntil?: string;
  readonly managedBy?: string;
  readonly isRevoked?: boolean;
}

/** Remembers where a key stands. Repeating it changes nothing. */
export const track = async (keys: Keys, versionId: string, news: KeyChange): Promise<void> => {
  await change(keys, ({ failure, minting, ...current }) => {
    const { keys: tracked } = current;
    const known = tracked.find((key) => key.versionId === versionId);
    const unchanged = known?.state === news.state;
    const now = iso(keys.clock.now());
    const isRevoked = news.isRevoked ?? known?.isRevoked;
    const managedBy = news.managedBy ?? known?.managedBy;
    const entry: TrackedKey = {
      versionId,
      providerKeyId: news.providerKeyId ?? known?.providerKeyId ?? null,
      state: news.state,
      since: unchanged ? known.since : now,
      begunAt: known?.begunAt ?? now,
      ...(news.drainingUntil === undefined ? {} : { drainingUntil: news.drainingUntil }),
      ...(managedBy === undefined ? {} : { managedBy }),
      ...(isRevoked === undefined ? {} : { isRevoked }),
    };
    const others = tracked.filter((key) => key.versionId !== versionId);
    // A key that has become active is a rotation that succeeded: what failed before it is over.
    const stillFailed = failure === undefined || news.state === 'active' ? {} : { failure };
    // A version that pends and of which no key is known may still wait for the provider's answer.
    const isStored = news.state !== 'pending' || news.providerKeyId !== undefined;
    const begun = minting?.begun.filter((id) => id !== versionId || !isStored) ?? [];
    const open = minting === undefined ? {} : { minting: { ...minting, begun } };
    return { ...current, ...stillFailed, ...open, keys: [entry, ...others].slice(0, MAX_TRACKED) };
  });
};

/** What is remembered of a version. */
export const tracked = async ({ state }: Keys, versionId: string): Promise<TrackedKey | undefined> =>
  (await state.read()).keys.find((key) => key.versionId === versionId);

/** How long a step waits for its turn: longer than any change but one that waits for the provider. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Runs one change of keys at a time.
 *
 * Two at once could disable each other's new key: one lists a key the other has made and not stored yet.
 *
 * @param work gets the keys with a state that is read once: under the claim nobody else writes it, and if somebody does,
 * the next write finds out
 * @param patienceMs how long to wait for another change to end. @default 30000
 * @throws RotationError `room-busy` when the other one goes on, or for a while after it crashed
 */
export const exclusively = async <T>(
  outer: Keys,
  work: (keys: Keys) => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> => {
  const { clock } = outer;
  const by = outer.newToken();
  const deadline = clock.monotonic() + patienceMs;
  let keys = { ...outer, state: remembering(outer.state) };
  while (!(await claimed(keys, by))) {
    if (clock.monotonic() + PAUSE_MS > deadline) throw new RotationError('room-busy');
    await clock.wait(PAUSE_MS);
    keys = { ...outer, state: remembering(outer.state) };
  }
  const release = (): Promise<boolean> =>
    change(keys, (current) => (current.claim?.by === by ? { ...current, claim: null } : undefined));
  try {
    const result = await work(keys);
    await release();
    return result;
  } catch (error: unknown) {
    // What went wrong first is what matters; a claim that stays ends by itself.
    await release().catch(() => undefined);
    throw error;
  }
};

/** Takes the claim unless somebody has it. */
const claimed = (keys: Keys, by: string): Promise<boolean> =>
  change(keys, (current) => {
    const isFree = current.claim === null || Date.parse(current.claim.until) <= keys.clock.now();
    return isFree ? { ...current, claim: { by, until: iso(keys.clock.now() + CLAIM_SECONDS * 1000) } } : undefined;
  });

/** What work that changes nothing may tell: where it stands. */
class WouldChange extends Error {
  override readonly name = 'WouldChange';
}

/**
 * The keys for looking alone: every change, and every call that could cause one, is refused by an error.
 *
 * Whoever finds something to do does it again, under the claim: what is logged and counted comes after a change.
 */
export const lookingAt = (keys: Keys): Keys => {
  const refuse = (): Promise<never> => Promise.reject(new WouldChange());
  const look = (secret: SecretVersions): SecretVersions => ({
    ...secret,
    put: refuse,
    moveStage: refuse,
    startRotation: refuse,
  });
  return {
    ...keys,
    sending: look(keys.sending),
    managing: look(keys.managing),
    inbox: look(keys.inbox),
    provider: {
      ...keys.provider,
      ...(keys.provider.addressBinding && { addressBinding: { ...keys.provider.addressBinding, bind: refuse } }),
      create: refuse,
      revoke: refuse,
      check: refuse,
      checkManaging: refuse,
    },
    state: { ...remembering(keys.state), write: refuse },
  };
};

const remembering = (store: RotationStateStore): RotationStateStore => {
  let known: RotationState | undefined;
  return {
    read: async () => (known ??= await store.read()),
    write: async (next, basedOn) => {
      // Until it is known to have been written, what is stored is not known.
      known = undefined;
      await store.write(next, basedOn);
      known = { ...next, revision: basedOn.revision + 1 };
    },
  };
};
