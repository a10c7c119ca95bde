import { iso } from '../../shared/clock.ts';
import { RETIRING_STAGES, STANDBY_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE } from '../../shared/secret-versions.ts';
import type { Keys, TrackedManaging } from '../ports.ts';
import { change } from './tracking.ts';

/** Managing credentials remembered: they are replaced by hand, a few times a year. */
const MAX_TRACKED = 10;

/** The label of a credential that has to die, replaced or leaked, and is not proved dead yet. */
export const retiringStage = (versionId: string): string => `${RETIRING_STAGES}${versionId}`;

/**
 * The managing credentials there are, newest first: as the labels of their versions have them, or proved dead.
 *
 * What is remembered and lost its label in another way is none any more: the same one was imported again.
 */
export const standingManaging = async (keys: Keys): Promise<readonly TrackedManaging[]> => {
  const [{ versions }, { managing }] = await Promise.all([keys.managing.describe(), keys.state.read()]);
  return managing.flatMap((entry) => {
    const state = stateOf(versions[entry.versionId] ?? [], entry);
    return state === undefined ? [] : [{ ...entry, state }];
  });
};

const stateOf = (
  stages: readonly string[],
  { versionId, state }: TrackedManaging,
): TrackedManaging['state'] | undefined => {
  if (stages.includes(CURRENT_STAGE)) return 'active';
  if (stages.includes(STANDBY_STAGE)) return 'standby';
  if (stages.includes(retiringStage(versionId))) return 'draining';
  return state === 'dead' ? 'dead' : undefined;
};

/** What is new about a managing credential; `since` stays when the state does. */
export type ManagingChange = Pick<TrackedManaging, 'publicId' | 'state' | 'toldAt' | 'isRefused'>;

/** What is remembered of a managing credential. */
export const trackedManaging = async ({ state }: Keys, versionId: string): Promise<TrackedManaging | undefined> =>
  (await state.read()).managing.find((entry) => entry.versionId === versionId);

/**
 * Remembers where a managing credential stands. Repeating it changes nothing.
 *
 * @param since milliseconds since the epoch, for one that is not known yet. @default - now
 */
export const trackManaging = async (
  keys: Keys,
  versionId: string,
  news: ManagingChange,
  since = keys.clock.now(),
): Promise<void> => {
  await change(keys, (current) => {
    const known = current.managing.find((entry) => entry.versionId === versionId);
    const entry: TrackedManaging = {
      ...news,
      versionId,
      since: known === undefined ? iso(since) : known.state === news.state ? known.since : iso(keys.clock.now()),
    };
    if (JSON.stringify(entry) === JSON.stringify(known)) return undefined;
    const others = current.managing.filter((other) => other.versionId !== versionId);
    return { ...current, managing: [entry, ...others].slice(0, MAX_TRACKED) };
  });
};

/**
 * Remembers that a managing credential is proved dead, and with it every token it made.
 *
 * Keys that can be revoked one by one live on without what made them. Tokens stay as they are, too, while another
 * credential of the same public id is not dead: then only the secret was changed, and nobody asked about the tokens.
 *
 * @param inUse version of the token that sends, which no news about another credential concerns
 */
export const bury = async (keys: Keys, versionId: string, inUse: string | undefined): Promise<void> => {
  const now = iso(keys.clock.now());
  const standing = await standingManaging(keys);
  await change(keys, (current) => {
    const buried = current.managing.find((entry) => entry.versionId === versionId);
    if (buried === undefined || buried.state === 'dead') return undefined;
    const { publicId } = buried;
    const isShared = standing.some(
      (entry) => entry.versionId !== versionId && entry.publicId === publicId && entry.state !== 'dead',
    );
    const keysLive = isShared || keys.provider.strategy === 'dual-key';
    return {
      ...current,
      managing: current.managing.map((entry) =>
        entry === buried ? { versionId, publicId, state: 'dead', since: now } : entry,
      ),
      keys: current.keys.map((key) =>
        keysLive || key.managedBy !== publicId || key.versionId === inUse || !DIES_WITH_IT.includes(key.state)
          ? key
          : { ...key, state: 'dead', since: now },
      ),
    };
  });
};

/** Whatever else it says of a key: nothing that was made with a credential which the provider refuses still pends. */
const DIES_WITH_IT = ['pending', 'tested', 'standby', 'draining', 'not-provably-dead'];
