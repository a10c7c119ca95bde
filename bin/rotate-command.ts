import { type Command, Option } from 'commander';
import { DEFAULTS } from '../lib/config/defaults.ts';
import { connect } from '../operator/connection.ts';
import { onInterrupt } from '../operator/interruption.ts';
import { EXIT } from '../operator/report.ts';
import { rotate } from '../operator/rotate.ts';
import { findRoomWithKey } from '../operator/target.ts';
import { command } from './incident-command.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, seconds } from './room-command.ts';

/** The grace period, and time for what the sweep does then. */
export const UNTIL_RETIRED_SECONDS = DEFAULTS.keyGraceSeconds + 300;

interface RotateOptions extends CommonOptions {
  readonly untilRetired: boolean;
  readonly resume: boolean;
  readonly onCall: boolean;
  readonly timeout?: number;
}

const onRoom = onRoomOf(findRoomWithKey);

/** Adds the planned replacement of a room's key. */
export const addRotateCommand = (program: Command): void => {
  addRoomCommand(program, 'rotate <room>', "Replace the room's sending key now; no message fails meanwhile.", [
    'npm run keyroom -- rotate otp -e production',
    'npm run keyroom -- rotate otp -e production --until-retired',
    'npm run keyroom -- rotate otp -e production --until-retired --resume',
    'npm run keyroom -- rotate otp -e production --on-call',
  ])
    .addHelpText(
      'after',
      `
A rotation that is under way already is followed, and no other one is started. Ctrl-C ends the watching and not the
rotation. For a key that has leaked there is "revoke".`,
    )
    .option('--until-retired', 'wait until the old key is proved dead, or reported as not provably dead', false)
    .option('--resume', 'start no rotation: go on watching what was interrupted', false)
    .addOption(
      new Option('--on-call', "begin it as the room's on-call role, at its operator door, and watch no further")
        .default(false)
        .conflicts(['untilRetired', 'resume']),
    )
    .option(
      '--timeout <seconds>',
      `how long to wait (default: 120, with --until-retired ${UNTIL_RETIRED_SECONDS})`,
      seconds,
    )
    .action((room: string, options: RotateOptions) =>
      options.onCall
        ? command(room, { command: 'rotate' }, { ...options, timeout: options.timeout ?? 120, printCurl: false })
        : asImporter(room, options),
    );
};

const asImporter = async (room: string, options: RotateOptions): Promise<void> => {
  const { untilRetired, resume } = options;
  const interrupted = onInterrupt();
  await onRoom(room, options, `rotation of ${room}`, async ({ environment, endpoint }, report) => {
    const proved = await rotate(() => connect(environment, room, endpoint, 'keyroom-cli'), environment, room, report, {
      untilRetired,
      resume,
      timeoutSeconds: options.timeout ?? (untilRetired ? UNTIL_RETIRED_SECONDS : 120),
      interrupted,
    });
    return proved === false ? EXIT.notProved : EXIT.held;
  });
  // A question to the room that nobody waits for any more would keep the process.
  if (interrupted.aborted) process.exit();
};
