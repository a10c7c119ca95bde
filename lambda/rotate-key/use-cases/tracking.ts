import { iso } from '../../shared/clock.ts';
import type { CredentialState } from '../contract.ts';
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
export const CLAIM_SECONDS = 150;

/** Reads the state, changes it and writes it, again when somebody else wrote meanwhile. @throws RotationError */
const change = async (
  { state }: Keys,
  next: (current: RotationState) => Omit<RotationState, 'revision'>,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const current = await state.read();
    try {
      await state.write(next(current), current);
      return;
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
}

/** Remembers where a key stands. Repeating it changes nothing. */
export const track = async (keys: Keys, versionId: string, news: KeyChange): Promise<void> =>
  change(keys, ({ claim, keys: tracked }) => {
    const known = tracked.find((key) => key.versionId === versionId);
    const unchanged = known?.state === news.state;
    const entry: TrackedKey = {
      versionId,
      providerKeyId: news.providerKeyId ?? known?.providerKeyId ?? null,
      state: news.state,
      since: unchanged ? known.since : iso(keys.clock.now()),
      ...(news.drainingUntil === undefined ? {} : { drainingUntil: news.drainingUntil }),
    };
    const others = tracked.filter((key) => key.versionId !== versionId);
    return { claim, keys: [entry, ...others].slice(0, MAX_TRACKED) };
  });

/** What is remembered of a version. */
export const tracked = async ({ state }: Keys, versionId: string): Promise<TrackedKey | undefined> =>
  (await state.read()).keys.find((key) => key.versionId === versionId);

/**
 * Runs one change of keys at a time.
 *
 * Two at once could disable each other's new key: one lists a key the other has made and not stored yet.
 *
 * @param work gets the keys with a state that is read once: under the claim nobody else writes it, and if somebody does,
 * the next write finds out
 * @throws RotationError `room-busy` while another one runs, or for a while after it crashed
 */
export const exclusively = async <T>(outer: Keys, work: (keys: Keys) => Promise<T>): Promise<T> => {
  const keys = { ...outer, state: remembering(outer.state) };
  const by = keys.newToken();
  await change(keys, (current) => {
    const { claim } = current;
    if (claim !== null && Date.parse(claim.until) > keys.clock.now()) throw new RotationError('room-busy');
    return { ...current, claim: { by, until: iso(keys.clock.now() + CLAIM_SECONDS * 1000) } };
  });
  const release = async (): Promise<void> =>
    change(keys, (current) => ({ ...current, claim: current.claim?.by === by ? null : current.claim }));
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
