import type { ManagingReport, RoomCommand } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import type { Answer } from './follow-rotation.ts';
import { lookUntil, type Patience } from './look-until.ts';
import { shortId } from './moments.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** How long to wait for the proof that the old credential is dead. */
type SwapOptions = Partial<Patience>;

/** A person has to delete something meanwhile, and each look asks the provider. */
const PAUSE_MS = 10_000;

const inState = ({ managing }: Answer, state: ManagingReport['state']): readonly ManagingReport[] =>
  managing.filter((credential) => credential.state === state);

const ids = (credentials: readonly ManagingReport[]): string => credentials.map(({ publicId }) => publicId).join(', ');

/**
 * Swaps a room to its standby, says what has to be deleted at the provider, and asks whether it is.
 *
 * Safe to repeat: the room continues where a broken swap stopped.
 *
 * @returns whether every credential that was replaced is proved dead
 * @throws RoomRefusal with the room's reason when nothing was swapped
 */
export const swapAsking = async (
  ask: (command: RoomCommand) => Promise<Answer>,
  report: Report,
  { timeoutSeconds = 0, ...how }: SwapOptions = {},
): Promise<boolean> => {
  const [standby] = await report.step(
    'find the standby',
    async () => inState(await ask({ action: 'status' }), 'standby'),
    ([found]) => (found === undefined ? 'there is none' : `${found.publicId}, version ${shortId(found.versionId)}`),
  );
  const swapped = await report.step(
    'test the standby, put it in place, and switch to a key of its own',
    // By its id: a command that is sent again must not ask for another swap.
    () => ask({ action: 'swap', ...(standby === undefined ? {} : { standby: standby.versionId }) }),
    ({ steps }) => steps.join(' '),
  );
  for (const { todo } of inState(swapped, 'draining')) if (todo !== undefined) report.note(todo);
  const left = await report.step(
    timeoutSeconds === 0
      ? 'ask the provider about the old credential'
      : 'wait until the provider refuses the old credential',
    () =>
      lookUntil({
        ...how,
        timeoutSeconds,
        pauseMs: PAUSE_MS,
        look: async () => inState(await lookAgain(ask), 'draining'),
        isThere: (alive) => alive.length === 0,
        inWords: (alive) => `not proved dead yet: ${ids(alive)}; asked again every ${PAUSE_MS / 1000} s`,
        note: report.note,
      }),
    (alive) => (alive.length === 0 ? 'proved dead' : `not proved dead yet: ${ids(alive)}`),
  );
  report.figure('notProvedDead', left);
  return left.length === 0;
};

/** The swap is done, whatever a sweep finds to complain about. */
const lookAgain = async (ask: (command: RoomCommand) => Promise<Answer>): Promise<Answer> => {
  try {
    return await ask({ action: 'sweep' });
  } catch (error: unknown) {
    if (error instanceof RoomRefusal) return ask({ action: 'status' });
    throw error;
  }
};

/** {@link swapAsking}, as the room's importer. */
export const swap = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  options: SwapOptions,
): Promise<boolean> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  const proved = await swapAsking((command) => commandRoom(connection, environment, room, command), report, options);
  if (!proved) report.note(`once it is deleted, ask again: npm run keyroom -- sweep ${room} -e ${environment.name}`);
  return proved;
};
