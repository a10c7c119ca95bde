import type { Command } from 'commander';
import { connect, OPERATOR } from '../operator/connection.ts';
import { redrive } from '../operator/redrive.ts';
import { EXIT } from '../operator/report.ts';
import { findRoomWithOperators } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf } from './room-command.ts';

const onRoom = onRoomOf(findRoomWithOperators);

/** Adds `keyroom redrive`: what was set aside goes back through the ledger. */
export const addRedriveCommand = (program: Command): void => {
  addRoomCommand(program, 'redrive <room>', 'Try messages again whose appointments were set aside as dead letters.', [
    'npm run keyroom -- redrive otp -e production --dry-run',
    'npm run keyroom -- redrive otp -e production',
    'npm run --silent keyroom -- redrive otp -e production --json',
  ])
    .option('--dry-run', 'say what would become of each, and change nothing', false)
    .addHelpText(
      'after',
      `
The ledger decides about each message: what waits gets a new appointment, what is final is dropped, and what may have
been sent is never sent again. Repeating the command is harmless. It ends with 1 when some could not be looked at.
Your credentials must be allowed to assume the room's operator role (operators).`,
    )
    .action((room: string, options: CommonOptions & { dryRun: boolean }) =>
      onRoom(room, options, undefined, async ({ environment, endpoint }, report) => {
        const reach = () => connect(environment, room, endpoint, 'keyroom-cli', OPERATOR);
        const context = { connect: reach, environment, room, report, json: options.json };
        return (await redrive(context, { dryRun: options.dryRun })) ? EXIT.held : EXIT.failed;
      }),
    );
};
