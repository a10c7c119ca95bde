import type { Command } from 'commander';
import { command, type CommandOptions, withReason } from './incident-command.ts';
import { addRoomCommand } from './room-command.ts';

interface RevokeOptions extends CommandOptions {
  readonly managing: boolean;
}

/** Adds the answer to a key that has leaked. */
export const addRevokeCommand = (program: Command): void => {
  withReason(
    addRoomCommand(program, 'revoke <room>', 'End a key that has leaked, prove it dead, and send with a new one.', [
      'npm run keyroom -- revoke otp -e production --reason INC-4711',
      'npm run keyroom -- revoke otp -e production --managing',
      'npm run keyroom -- revoke otp -e production --print-curl',
    ]),
  )
    .option('--managing', 'what makes the keys has leaked: leave it for the standby, and end the keys it made', false)
    .addHelpText(
      'after',
      `
The key ends at the provider first; no message fails, as what is refused waits for the new key. Ends with 0 when the old
one is proved dead and the provider takes the new one, and with 3 while it is not proved: then "what to do" says what to
delete at the provider. The room asks every minute for half an hour, which "keyroom job" shows, then every hour: see
"keyroom status".`,
    )
    .action((room: string, options: RevokeOptions) =>
      command(room, { command: 'revoke', ...(options.managing && { arguments: { credential: 'managing' } }) }, options),
    );
};
