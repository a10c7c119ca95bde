import { type Command, InvalidArgumentError, Option } from 'commander';
import { connect } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { importSubscribers } from '../operator/import-subscribers.ts';
import { EXIT } from '../operator/report.ts';
import { findRoom } from '../operator/target.ts';
import { momentOf } from '../operator/until.ts';
import { command, type CommandOptions, withReason } from './incident-command.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput } from './room-command.ts';

const onRoom = onRoomOf(findRoom);

interface ExpectOptions extends CommandOptions {
  readonly app: string;
  readonly messagesPerMinute?: number;
  readonly until?: string;
  readonly end: boolean;
}

const count = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('must be a whole number of at least 1');
};

const announcementOf = ({ app, messagesPerMinute, until, end }: ExpectOptions): Readonly<Record<string, string>> => {
  if (end) return { app };
  if (messagesPerMinute === undefined || until === undefined) {
    throw new UsageError('say --messages-per-minute and --until, or --end to take back what was announced');
  }
  return { app, messagesPerMinute: String(messagesPerMinute), until: momentOf(until, Date.now()) };
};

/** Adds what concerns how people are told of alarms, and what they need not be told. */
export const addPagesCommands = (program: Command): void => {
  withReason(
    addRoomCommand(program, 'expect <room>', 'Announce messages of an app, so that they do not page.', [
      'npm run keyroom -- expect otp -e production --app shop --messages-per-minute 900 --until 3h --reason SALE-11',
      'npm run keyroom -- expect otp -e production --app shop --messages-per-minute 900 --until 2026-11-24T18:00+04:00',
      'npm run keyroom -- expect otp -e production --app shop --end',
    ]),
  )
    .requiredOption('--app <name>', 'whose messages they are')
    .option('--messages-per-minute <n>', 'the most that a minute will have', count)
    .option('--until <moment>', 'when it is over: 90m, 2h, 3d or ISO 8601 with its zone; at most 7 days')
    .addOption(
      new Option('--end', 'take back what was announced').default(false).conflicts(['messagesPerMinute', 'until']),
    )
    .addHelpText(
      'after',
      `
What comes beyond the figure pages as ever, every limit of the app holds, in money, too, and the end comes by itself.
Announce it some minutes ahead: the alarms know within two. A second announcement for an app replaces the first.`,
    )
    .action((room: string, options: ExpectOptions) =>
      command(room, { command: 'expect', arguments: announcementOf(options) }, options),
    );
  withReason(
    addRoomCommand(program, 'drill <room>', 'Try whether a page arrives, and how fast.', [
      'npm run keyroom -- drill otp -e production',
      'npm run --silent keyroom -- drill otp -e production --json',
    ]),
  )
    .addHelpText(
      'after',
      `
An alarm of its own goes off and is paged as every other: everybody who gets pages gets it, marked as a drill. Ends with
0 when the page arrived and every subscription is confirmed, otherwise with 1. The room does it every Tuesday by itself.`,
    )
    .action((room: string, options: CommandOptions) => command(room, { command: 'drill' }, options));
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
