import { CURRENT_STAGE, isEnding } from '../../shared/secret-versions.ts';
import type { CredentialReport, CredentialState, ForeignKeyReport, ManagingReport } from '../contract.ts';
import type { Keys, TrackedManaging } from '../ports.ts';
import { standingManaging } from './managing-memory.ts';
import { todoAbout } from './retire-managing.ts';

/** States that outlive a version's labels. */
const GONE: readonly CredentialState[] = ['dead', 'not-provably-dead'];

/** Where every sending key stands, newest first. Labels decide what is in use; memory says since when, and what is gone. */
export const reportCredentials = async (keys: Keys): Promise<readonly CredentialReport[]> => {
  const [{ versions }, { keys: tracked }] = await Promise.all([keys.sending.describe(), keys.state.read()]);
  return tracked.flatMap(({ versionId, providerKeyId, state, since, drainingUntil }) => {
    const stages = versions[versionId] ?? [];
    if (stages.length === 0 && !GONE.includes(state)) return [];
    const now = stateOf(stages, state);
    const until = now === 'draining' && drainingUntil !== undefined ? { drainingUntil } : {};
    return [{ versionId, providerKeyId, state: now, since, ...until }];
  });
};

/** Where every managing credential stands, newest first, and what a person has to do about it. */
export const reportManaging = async (keys: Keys): Promise<readonly ManagingReport[]> => {
  const standing = await standingManaging(keys);
  return standing.map((entry) => {
    const { versionId, publicId, state, since } = entry;
    const todo = todoOf(keys, entry, standing);
    return { versionId, publicId, state, since, ...(todo === undefined ? {} : { todo }) };
  });
};

const todoOf = (
  keys: Keys,
  { publicId, state, isRefused = false }: TrackedManaging,
  all: readonly TrackedManaging[],
): string | undefined => {
  if (state === 'draining') return todoAbout(keys, publicId, all);
  return state === 'standby' && isRefused ? 'The provider refuses it: import another standby.' : undefined;
};

/** The live keys at the provider that no room made, as the last sweep left them. */
export const reportForeignKeys = async (keys: Keys): Promise<readonly ForeignKeyReport[]> => {
  const { accepted, unknown } = (await keys.state.read()).foreignKeys ?? { accepted: [], unknown: [] };
  return [
    ...unknown.map(({ id, createdAt, seenAt }) => ({
      providerKeyId: id,
      state: 'unknown' as const,
      createdAt,
      seenAt,
    })),
    ...accepted.map((id) => ({ providerKeyId: id, state: 'accepted' as const, createdAt: null, seenAt: null })),
  ];
};

const stateOf = (stages: readonly string[], remembered: CredentialState): CredentialState => {
  // Revoked, and its successor is not there yet.
  if (stages.includes(CURRENT_STAGE)) return remembered === 'dead' ? 'dead' : 'active';
  // Proved dead with the credential that made it: only the label is left, which the next sweep takes off.
  return isEnding(stages) && remembered !== 'dead' ? 'draining' : remembered;
};
