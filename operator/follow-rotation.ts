import type { CredentialReport, RoomCommandResult } from '../lambda/rotate-key/contract.ts';
import { RoomRefusal } from './errors.ts';
import { clockTime, dayAndTime, shortId } from './moments.ts';
import type { Report } from './report.ts';
import { tellFailures } from './tell-failures.ts';
import type { Watch } from './watch.ts';

/** What the room answers when it did what it was asked. */
export type Answer = Extract<RoomCommandResult, { ok: true }>;
/** Asks the room. @throws RoomRefusal */
export type Ask = (action: 'rotate' | 'status' | 'sweep') => Promise<Answer>;

/** A rotation that is followed: the version that becomes active, and the one that it replaces. */
export interface Followed {
  readonly version: string;
  /** @default - the room had no key before */
  readonly old?: string;
}

/** Looks in a row that must agree that a rotation is gone: labels are read while they move. */
const LOOKS_TO_BE_SURE = 3;

const versionIn = ({ credentials }: Answer, ...states: readonly CredentialReport['state'][]): string | undefined =>
  credentials.find(({ state }) => states.includes(state))?.versionId;

const followed = (version: string, old: string | undefined): Followed =>
  old === undefined || old === version ? { version } : { version, old };

/** The rotation under way. Another is not started: this one ends with a new key, too. */
const attach = (answer: Answer, report: Report): Promise<Followed> | undefined => {
  const { inProgress } = answer.rotation;
  if (inProgress === null) return undefined;
  const { versionId, since } = inProgress;
  return report.step(
    'attach to the rotation that is under way',
    () => Promise.resolve(followed(versionId, versionIn(answer, 'active'))),
    () =>
      `version ${shortId(versionId)}${since === null ? '' : `, begun ${dayAndTime(since)}`}; no other one is started`,
  );
};

/** Starts a rotation, unless one is under way. */
export const beginRotation = async (ask: Ask, watch: Watch, report: Report): Promise<Followed> => {
  const before = await watch('an answer', () => ask('status'));
  const old = versionIn(before, 'active');
  const begin = async (): Promise<Followed> => {
    await ask('rotate').catch((error: unknown) => {
      // Somebody was faster: that one is followed.
      if (!(error instanceof RoomRefusal) || error.code !== 'rotation-in-progress') throw error;
      report.note('a rotation began a moment ago: attaching to it');
    });
    return watch('the beginning', async () => {
      const answer = await ask('status');
      const version = answer.rotation.inProgress?.versionId ?? versionIn(answer, 'active');
      return version === undefined || version === old ? undefined : followed(version, old);
    });
  };
  return (
    (await attach(before, report)) ??
    report.step('start the rotation', begin, ({ version }) => `version ${shortId(version)} is pending`)
  );
};

/**
 * Finds what was interrupted: the rotation under way, or else the last one, whose old key may drain still.
 *
 * @throws Error when the room has no key
 */
export const findRotation = async (ask: Ask, watch: Watch, report: Report): Promise<Followed> => {
  const answer = await watch('an answer', () => ask('status'));
  const find = (): Promise<Followed> => {
    const version = versionIn(answer, 'active');
    if (version === undefined) return Promise.reject(new Error('there is nothing to resume: the room has no key'));
    const old = versionIn(answer, 'draining') ?? versionIn(answer, 'dead', 'not-provably-dead');
    return Promise.resolve(followed(version, old));
  };
  return (
    (await attach(answer, report)) ??
    report.step('find the last rotation', find, ({ version }) => `version ${shortId(version)}; no other one is started`)
  );
};

/**
 * Shows each state that the new key comes to, when it does.
 *
 * @throws RoomRefusal with the code and the fix of the step that failed last; Error when the time is over
 */
export const followNewKey = async (ask: Ask, watch: Watch, report: Report, { version }: Followed): Promise<void> => {
  const failures = tellFailures(report);
  let gone = 0;
  const reach = (what: string, ...states: readonly CredentialReport['state'][]): Promise<CredentialReport> =>
    watch(what, async () => {
      const answer = await ask('status');
      failures.tell(answer.rotation, version);
      const isAlive = answer.rotation.inProgress?.versionId === version || versionIn(answer, 'active') === version;
      gone = isAlive ? 0 : gone + 1;
      if (gone === LOOKS_TO_BE_SURE)
        throw new Error(`the rotation to version ${shortId(version)} was ended in the room`);
      return answer.credentials.find((key) => key.versionId === version && states.includes(key.state));
    }).catch((error: unknown) => {
      throw failures.explain(error);
    });
  await report.step(
    'make the new key and test it',
    () => reach('the test of the new key', 'tested', 'active'),
    ({ providerKeyId, state, since }) =>
      `${providerKeyId === null ? '' : `${providerKeyId} at the provider, `}${state} at ${clockTime(since)}`,
  );
  await report.step(
    'switch to the new key',
    () => reach('the switch to the new key', 'active'),
    ({ since }) => `version ${shortId(version)} is active since ${clockTime(since)}`,
  );
  report.figure('activeVersion', version);
};
