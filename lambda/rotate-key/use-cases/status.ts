import { DRAINING_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE } from '../../shared/secret-versions.ts';
import type { CredentialReport, CredentialState, ForeignKeyReport } from '../contract.ts';
import type { Keys } from '../ports.ts';

/** States that outlive a version's labels. */
const GONE: readonly CredentialState[] = ['dead', 'not-provably-dead'];

/** Where every key stands, newest first. Labels decide what is in use; memory says since when, and what is gone. */
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
  if (stages.includes(CURRENT_STAGE)) return 'active';
  return stages.includes(DRAINING_STAGE) ? 'draining' : remembered;
};
