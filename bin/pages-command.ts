import type { Command } from 'commander';
import { connect } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { importSubscribers } from '../operator/import-subscribers.ts';
import { EXIT } from '../operator/report.ts';
import { findRoom } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput } from './room-command.ts';

const onRoom = onRoomOf(findRoom);

/** Adds what concerns how people are told of alarms. */
export const addPagesCommands = (program: Command): void => {
  addRoomCommand(program, 'import-subscribers <room>', 'Say which chats and pagers get the text of alarms.', [
    'pass show keyroom/subscribers | npm run --silent keyroom -- import-subscribers otp -e production',
    "echo '{}' | npm run --silent keyroom -- import-subscribers otp -e production",
  ])
    .addHelpText(
      'after',
      `
Standard input is a JSON object by name, in place of all that was there; addresses and keys are credentials:
  {"chat":  {"kind": "text", "url": "https://…", "severities": ["page", "ticket"]},
   "pager": {"kind": "pagerduty", "routingKey": "…"},
   "other": {"kind": "json", "url": "https://…"}}
kind: text for chats that take {"text": "…"} as Slack does, pagerduty for its Events API v2, json for anything else.
severities: page where nothing is said.
Your credentials must be allowed to assume the room's importer role (keyImporters).`,
    )
    .action((room: string, options: CommonOptions) =>
      onRoom(room, options, `import into ${room}`, async ({ environment, endpoint, config }, report) => {
        if (!config.keyImporters?.length || config.provider === 'sandbox') {
          throw new UsageError(`nobody may import into room ${room}: it needs keyImporters, and a provider with a key`);
        }
        if (process.stdin.isTTY) throw new UsageError('the subscribers come from standard input: see --help');
        const reach = () => connect(environment, room, endpoint, 'keyroom-cli');
        await importSubscribers(reach, environment, room, await readStandardInput(), report);
        return EXIT.held;
      }),
    );
};
