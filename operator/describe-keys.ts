import type { CredentialReport, ForeignKeyReport, ManagingReport } from '../lambda/rotate-key/contract.ts';
import type { Answer } from './follow-rotation.ts';
import { clockTime, dayAndTime, shortId } from './moments.ts';
import { plainTable } from './plain-table.ts';

/** What each state means to somebody who sees it for the first time; what concerns most comes first. */
const MEANINGS: Readonly<Record<CredentialReport['state'], string>> = {
  active: 'sends now',
  tested: 'the provider takes it; about to become active',
  pending: 'being made; not tested yet',
  standby: 'tested, and waits to be switched to',
  draining: 'replaced; functions may hold it a little longer',
  dead: 'the provider refused it when asked',
  'not-provably-dead': 'out of use; the provider has no way to prove it dead',
};

const rank = ({ state }: CredentialReport): number => Object.keys(MEANINGS).indexOf(state);

const meaning = ({ state, drainingUntil }: CredentialReport): string =>
  state === 'draining' && drainingUntil !== undefined
    ? `replaced; the first sweep after ${clockTime(drainingUntil)} retires it`
    : MEANINGS[state];

/** The room's keys and how far its rotation is, in words and tables; what comes first matters most. */
export const describeKeys = (
  { credentials, managing, rotation, foreignKeys }: Answer,
  commandLine: (name: string) => string,
): string => {
  const active = credentials.find(({ state }) => state === 'active');
  const summary =
    active === undefined
      ? `No key sends. Import one: ${commandLine('import-key')}`
      : `Version ${shortId(active.versionId)} sends since ${dayAndTime(active.since)}.`;
  const table = plainTable({ head: ['version', 'id at the provider', 'state', 'since', 'which means'] });
  for (const key of [...credentials].sort((one, other) => rank(one) - rank(other))) {
    table.push([
      shortId(key.versionId),
      key.providerKeyId ?? 'has none',
      key.state,
      dayAndTime(key.since),
      meaning(key),
    ]);
  }
  const keys = credentials.length > 0 ? [table.toString()] : [];
  return [
    summary,
    ...describeRotation(rotation),
    ...keys,
    ...describeManaging(managing),
    ...describeForeign(foreignKeys),
  ].join('\n');
};

const MANAGING_MEANINGS: Readonly<Record<ManagingReport['state'], string>> = {
  active: 'makes the sending keys',
  standby: 'tested, and waits for "swap"',
  draining: 'replaced; to be deleted at the provider',
  dead: 'replaced; the provider refused it when asked',
};

const describeManaging = (managing: readonly ManagingReport[]): readonly string[] => {
  if (managing.length === 0) return [];
  const table = plainTable({ head: ['managing credential', 'version', 'state', 'since', 'which means'] });
  for (const { publicId, versionId, state, since } of managing) {
    table.push([publicId, shortId(versionId), state, dayAndTime(since), MANAGING_MEANINGS[state]]);
  }
  const todos = managing.flatMap(({ todo }) => (todo === undefined ? [] : [`! ${todo}`]));
  return [table.toString(), ...todos];
};

const describeForeign = (foreignKeys: readonly ForeignKeyReport[]): readonly string[] => {
  if (foreignKeys.length === 0) return [];
  const table = plainTable({ head: ['key at the provider that no room made', 'state', 'made', 'first seen'] });
  for (const { providerKeyId, state, createdAt, seenAt } of foreignKeys) {
    table.push([providerKeyId, state, dayOrNothing(createdAt), dayOrNothing(seenAt)]);
  }
  return [table.toString()];
};

const dayOrNothing = (iso: string | null): string => (iso === null ? '' : dayAndTime(iso));

const describeRotation = ({ inProgress, lastFailure }: Answer['rotation']): readonly string[] => [
  inProgress === null
    ? 'No rotation is under way.'
    : `A rotation is under way: version ${shortId(inProgress.versionId)}${inProgress.since === null ? '' : `, begun ${dayAndTime(inProgress.since)}`}.`,
  ...(lastFailure === null
    ? []
    : [
        `! ${lastFailure.step} of version ${shortId(lastFailure.versionId)} failed ${times(lastFailure.times)}, last ${dayAndTime(lastFailure.at)}: ${lastFailure.message} (${lastFailure.code})`,
        `  what to do: ${lastFailure.fix}`,
      ]),
];

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
