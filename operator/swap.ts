import type { ManagingReport } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** How long to wait for the proof that the old credential is dead. */
interface Waiting {
  /** @default - only one look */
  readonly timeoutSeconds?: number;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** A person has to delete something meanwhile, and each look asks the provider. */
const PAUSE_MS = 10_000;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const inState = (managing: readonly ManagingReport[], state: ManagingReport['state']) =>
  managing.filter((credential) => credential.state === state);

/**
 * Swaps a room to its standby and says what has to be deleted at the provider.
 *
 * Safe to repeat: the room continues where a broken swap stopped.
 *
 * @returns whether every credential that was replaced is proved dead.
 * @throws RoomRefusal with the room's reason when nothing was swapped.
 */
export const swap = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  { timeoutSeconds = 0, pause = sleep }: Waiting,
): Promise<boolean> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  const ask = (action: 'status' | 'sweep') => commandRoom(connection, environment, room, { action });
  const standby = await report.step(
    'find the standby',
    async () => inState((await ask('status')).managing, 'standby')[0]?.versionId,
    (versionId) => (versionId === undefined ? 'there is none' : `version ${versionId.slice(0, 8)}`),
  );
  await report.step(
    'test the standby, put it in place, and switch to a key of its own',
    () =>
      commandRoom(connection, environment, room, {
        action: 'swap',
        // By its id: a command that is sent again must not ask for another swap.
        ...(standby === undefined ? {} : { standby }),
      }),
    ({ steps }) => steps.join(' '),
  );
  const deadline = Date.now() + timeoutSeconds * 1000;
  const left = await report.step(
    timeoutSeconds === 0
      ? 'ask the provider about the old credential'
      : 'wait until the provider refuses the old credential',
    async () => {
      for (;;) {
        const alive = await lookAgain(ask);
        if (alive?.length === 0 || Date.now() + PAUSE_MS > deadline)
          return alive ?? inState((await ask('status')).managing, 'draining');
        await pause(PAUSE_MS);
      }
    },
    (alive) =>
      alive.length === 0 ? 'proved dead' : `not proved dead yet: ${alive.map(({ publicId }) => publicId).join(', ')}`,
  );
  for (const { todo } of left) if (todo !== undefined) report.note(todo);
  report.figure('notProvedDead', left);
  return left.length === 0;
};

/** The replaced credentials that are not proved dead; `undefined` when the room could not look now. */
const lookAgain = async (
  ask: (action: 'sweep') => ReturnType<typeof commandRoom>,
): Promise<readonly ManagingReport[] | undefined> => {
  try {
    return inState((await ask('sweep')).managing, 'draining');
  } catch (error: unknown) {
    // The swap is done whatever a sweep finds to complain about; what it has not proved stays said.
    if (error instanceof RoomRefusal) return undefined;
    throw error;
  }
};
