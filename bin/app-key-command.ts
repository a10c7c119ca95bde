import { type Command, InvalidArgumentError } from 'commander';
import type { AppKeyCommand } from '../lambda/app-keys/contract.ts';
import type { AskingContext } from '../operator/ask-function.ts';
import { issueAppKey, listAppKeys, revokeAppKeys } from '../operator/app-keys.ts';
import { connect, ISSUER } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { promptForLeakedKey } from '../operator/prompt.ts';
import { EXIT } from '../operator/report.ts';
import { findRoomWithAppKeys } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput } from './room-command.ts';

type IssueOptions = CommonOptions &
  Pick<AppKeyCommand, 'days'> & {
    readonly scope?: readonly string[];
    readonly network?: readonly string[];
  };
type RevokeOptions = CommonOptions & { readonly all: boolean; readonly leaked: boolean };

const onRoom = onRoomOf(findRoomWithAppKeys);

const withRoom = (
  room: string,
  options: CommonOptions,
  work: (context: AskingContext) => Promise<void>,
): Promise<void> =>
  onRoom(room, options, undefined, async ({ environment, endpoint }, report) => {
    const reach = () => connect(environment, room, endpoint, 'keyroom-cli', ISSUER);
    await work({ connect: reach, environment, room, report, json: options.json });
    return EXIT.held;
  });

const wholeNumber = (text: string): number => {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number of days from 1 to 999');
};

const issuing = (action: 'issue' | 'rotate') => (room: string, app: string, options: IssueOptions) =>
  withRoom(room, options, (context) =>
    issueAppKey(context, {
      action,
      app,
      ...(options.scope && { scopes: options.scope }),
      ...(options.network && { networks: options.network }),
      ...(options.days !== undefined && { days: options.days }),
    }),
  );

const withIssueOptions = (command: Command, otherwise: string): Command =>
  command
    .option('--scope <scope...>', `messages:send, messages:read, usage:read (default: ${otherwise})`)
    .option('--network <cidr...>', `use it from these networks only (default: ${otherwise})`)
    .option('--days <days>', 'how long it lives (default: as long as the configuration allows)', wholeNumber)
    .addHelpText(
      'after',
      `
The key is on standard output, alone, and shown this once. At most two keys of an app live at a time.`,
    );

/** What is to be revoked. @throws UsageError where that is nothing, or more than one thing */
const revocation = async (app: string | undefined, keyId: string | undefined, { all, leaked }: RevokeOptions) => {
  const ways = [keyId !== undefined, all, leaked].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('say which key: its id, --all of the app, or --leaked and the key itself');
  if (!leaked) return { action: 'revoke' as const, ...(app && { app }), ...(keyId && { keyId }), ...(all && { all }) };
  const key = process.stdin.isTTY ? await promptForLeakedKey() : (await readStandardInput()).trim();
  return { action: 'revoke' as const, leaked: key };
};

/** Adds `keyroom app-key`: keys for apps outside AWS. */
export const addAppKeyCommands = (program: Command): void => {
  const parent = program
    .command('app-key')
    .description('Issue, rotate, revoke and list the keys of apps outside AWS.')
    .addHelpText('after', "\nYour credentials must be allowed to assume the room's issuer role (keyIssuers).");
  const command = addRoomCommand.bind(undefined, parent);
  withIssueOptions(
    command('issue <room> <app>', 'Make a key for an app outside AWS, and show it once.', [
      'npm run --silent keyroom -- app-key issue otp website -e production',
      'npm run --silent keyroom -- app-key issue otp website -e production --network 203.0.113.7/32 --days 30',
    ]),
    'what the app may',
  ).action(issuing('issue'));
  withIssueOptions(
    command('rotate <room> <app>', "Make the successor of an app's only key; the first one goes on working.", [
      'npm run --silent keyroom -- app-key rotate otp website -e production',
    ]),
    'as the key that is replaced',
  ).action(issuing('rotate'));
  command('revoke <room> [app] [id]', 'End a key now: it is dead at its next request.', [
    'npm run keyroom -- app-key revoke otp website 3f9c2b7d10aa -e production',
    'npm run keyroom -- app-key revoke otp website --all -e production',
    'npm run keyroom -- app-key revoke otp --leaked -e production   # asks for the key that was found',
  ])
    .option('--all', 'all keys of the app', false)
    .option('--leaked', 'the key that is typed at a hidden prompt, or given on standard input', false)
    .action(async (room: string, app: string | undefined, id: string | undefined, options: RevokeOptions) => {
      const what = await revocation(app, id, options);
      await withRoom(room, options, (context) => revokeAppKeys(context, what));
    });
  command('list <room> <app>', 'Say how old the keys of an app are, when they end, and when they were last used.', [
    'npm run keyroom -- app-key list otp website -e production',
  ]).action((room: string, app: string, options: CommonOptions) =>
    withRoom(room, options, (context) => listAppKeys(context, app)),
  );
};
