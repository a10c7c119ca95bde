import type { CredentialReport } from '../lambda/rotate-key/contract.ts';
import type { Ask } from './follow-rotation.ts';
import { clockTime, shortId } from './moments.ts';
import type { Report } from './report.ts';
import type { Watch } from './watch.ts';

/** Between two sweeps, each of which asks the provider about a revoked key for up to 20 s. */
const SWEEP_PAUSE_MS = 2000;
/** Between two looks at a key that drains. */
const LONGEST_PAUSE_MS = 5000;

const isGone = ({ state }: CredentialReport): boolean => state === 'dead' || state === 'not-provably-dead';

/**
 * Waits for the old key's end: its grace period, then sweeps until the provider refuses it or cannot be made to.
 *
 * @returns whether it was proved dead
 */
export const followOldKey = async (
  ask: Ask,
  watch: Watch,
  report: Report,
  old: string,
  now: () => number,
): Promise<boolean> => {
  const find = (credentials: readonly CredentialReport[]) => credentials.find(({ versionId }) => versionId === old);
  let until: string | undefined;
  const msLeft = (): number => (until === undefined ? 0 : Date.parse(until) - now());
  await report.step(
    'let the old key drain, as functions may still hold it',
    () =>
      watch(
        'the end of the grace period',
        async () => {
          const key = find((await ask('status')).credentials);
          if (key?.drainingUntil !== undefined && key.drainingUntil !== until) {
            until = key.drainingUntil;
            report.note(`version ${shortId(old)} drains until ${clockTime(until)}`);
          }
          return key && (isGone(key) || (until !== undefined && msLeft() <= 0)) ? key : undefined;
        },
        () => Math.min(Math.max(msLeft(), 500), LONGEST_PAUSE_MS),
      ),
    () => (until === undefined ? 'over already' : `until ${clockTime(until)}`),
  );
  let told = '';
  const end = await report.step(
    'retire the old key and ask the provider whether it is dead',
    () =>
      watch(
        'the end of the old key',
        async () => {
          const { steps, credentials } = await ask('sweep');
          const key = find(credentials);
          if (key && isGone(key)) return key;
          const said = steps.join(' ');
          if (said !== told) report.note(said);
          told = said;
          return undefined;
        },
        () => SWEEP_PAUSE_MS,
      ),
    ({ state, since }) => `version ${shortId(old)} is ${state} since ${clockTime(since)}`,
  );
  report.figure('oldVersion', old);
  report.figure('oldState', end.state);
  return end.state === 'dead';
};
