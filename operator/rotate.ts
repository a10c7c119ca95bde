import type { CredentialReport } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

interface Waiting {
  readonly timeoutSeconds: number;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const activeVersion = (credentials: readonly CredentialReport[]): string | undefined =>
  credentials.find(({ state }) => state === 'active')?.versionId;

/**
 * Rotates a room's sending key and waits until the new one is active.
 *
 * @param untilRetired also waits until the old key's end is settled, asking the room to retire it when it is due.
 * @returns whether the old key was proved dead; `undefined` when that was not waited for.
 * @throws RoomRefusal when the room refuses, and Error when the time is over.
 */
export const rotate = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  { untilRetired, timeoutSeconds, pause = sleep }: Waiting & { readonly untilRetired: boolean },
): Promise<boolean | undefined> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  const ask = (action: 'rotate' | 'status' | 'sweep') => commandRoom(connection, environment, room, { action });
  const deadline = Date.now() + timeoutSeconds * 1000;
  const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    while (Date.now() < deadline) {
      // The room goes on by itself: one look that failed for a moment is no reason to give up.
      const found = await look().catch((error: unknown) => {
        if (error instanceof RoomRefusal && error.retryable) return undefined;
        throw error;
      });
      if (found !== undefined) return found;
      await pause(500);
    }
    throw new Error(
      `${what} did not happen within ${timeoutSeconds} s; the room goes on by itself, ask again with "keys"`,
    );
  };

  const before = activeVersion((await ask('status')).credentials);
  await report.step('start the rotation', () => ask('rotate'));
  const active = await report.step(
    'create, test and switch to the new key',
    () =>
      until('the switch to the new key', async () => {
        const now = activeVersion((await ask('status')).credentials);
        return now === before ? undefined : now;
      }),
    (version) => `version ${version.slice(0, 8)} is active`,
  );
  report.figure('activeVersion', active);
  if (!untilRetired || before === undefined) return undefined;
  const old = await report.step(
    'retire the old key',
    () =>
      until('the end of the old key', async () => {
        const { credentials } = await ask('sweep');
        return credentials.find(
          ({ versionId, state }) => versionId === before && (state === 'dead' || state === 'not-provably-dead'),
        );
      }),
    ({ versionId, state }) => `version ${versionId.slice(0, 8)} is ${state}`,
  );
  return old.state === 'dead';
};
