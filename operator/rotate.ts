import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import { followOldKey } from './follow-old-key.ts';
import { type Ask, beginRotation, findRotation, followNewKey } from './follow-rotation.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';
import { createWatch, type Waiting } from './watch.ts';

/** Which rotation, and how far it is followed. */
export interface RotateOptions extends Waiting {
  /** Starts no rotation: goes on with what was interrupted. */
  readonly resume: boolean;
  /** Also waits until the old key's end is settled, asking the room to retire it when it is due. */
  readonly untilRetired: boolean;
}

/** What to type to go on with a rotation that nobody watches any more. */
const resumeCommand = (environment: string, room: string): string =>
  `npm run keyroom -- rotate ${room} -e ${environment} --until-retired --resume`;

/**
 * Rotates a room's sending key and shows each state that its keys come to, when they do.
 *
 * A rotation under way is followed instead of started anew: it ends with a new key, which is what was asked for. The end
 * of an old key is gone on with only where `resume` says so: who rotates because the present key leaked must not be
 * shown the end of the one before.
 *
 * @returns whether the old key was proved dead; `undefined` when that was not waited for, or there is none
 * @throws RoomRefusal with the code and the fix of what the room refused or what failed last; Error when the time is
 * over, or somebody interrupts
 */
export const rotateAsking = async (ask: Ask, report: Report, options: RotateOptions): Promise<boolean | undefined> => {
  const { resume, untilRetired, goOn, now = Date.now } = options;
  const watch = createWatch(options, report.note);
  const find = resume ? findRotation : beginRotation;
  const rotation = await find(ask, watch, report).catch((error: unknown) => {
    const isDraining = error instanceof RoomRefusal && error.code === 'old-key-still-draining';
    if (isDraining) report.note(`to wait for the end of that key: ${goOn}`);
    throw error;
  });
  await followNewKey(ask, watch, report, rotation);
  if (rotation.old === undefined) return undefined;
  if (untilRetired) return followOldKey(ask, watch, report, rotation.old, now);
  report.note(`the room retires the old key by itself. To see it proved dead: ${goOn}`);
  return undefined;
};

/** {@link rotateAsking}, as the room's importer. */
export const rotate = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  options: Omit<RotateOptions, 'goOn'>,
): Promise<boolean | undefined> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  const ask: Ask = (action) => commandRoom(connection, environment, room, { action });
  return rotateAsking(ask, report, { ...options, goOn: resumeCommand(environment.name, room) });
};
