import { type Command, InvalidArgumentError } from 'commander';
import type { OptOutAction } from '../lambda/recipients/contract.ts';
import { connect, STEWARD } from '../operator/connection.ts';
import { forgetRecipient } from '../operator/forget.ts';
import { showInboundUrl } from '../operator/inbound-url.ts';
import { promptForNumber } from '../operator/prompt.ts';
import type { AskingContext } from '../operator/ask-function.ts';
import { keepOptOut } from '../operator/recipients.ts';
import { EXIT } from '../operator/report.ts';
import { findRoomWithStewards, type Target } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput } from './room-command.ts';

const onRoom = onRoomOf(findRoomWithStewards);

const withRoom = (
  room: string,
  options: CommonOptions,
  work: (context: AskingContext, target: Target) => Promise<number>,
): Promise<void> =>
  onRoom(room, options, undefined, (target, report) => {
    const { environment, endpoint } = target;
    const reach = () => connect(environment, room, endpoint, 'keyroom-cli', STEWARD);
    return work({ connect: reach, environment, room, report, json: options.json }, target);
  });

/** A number is personal: given on standard input or at the prompt, no shell remembers it. */
const numberFrom = async (given: string | undefined): Promise<string> =>
  (given ?? (process.stdin.isTTY ? await promptForNumber() : await readStandardInput())).trim();

const optOuts = (action: OptOutAction) => async (room: string, given: string | undefined, options: CommonOptions) => {
  const number = await numberFrom(given);
  await withRoom(room, options, async (context) => {
    await keepOptOut(context, { action, number });
    return EXIT.held;
  });
};

const NUMBER_HELP = `
The number is in E.164. Left out, it is asked for or read from standard input, where no shell remembers it.`;

const seconds = (text: string): number => {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number of seconds from 1 to 999');
};

/** Adds what recipients may ask for, `keyroom opt-outs` and `keyroom forget`, and where what they write comes in. */
export const addRecipientCommands = (program: Command): void => {
  const parent = program
    .command('opt-outs')
    .description('Enter, lift and look up who wants no messages of a room.')
    .addHelpText('after', "\nYour credentials must be allowed to assume the room's steward role (dataStewards).");
  const command = (usage: string, description: string, examples: readonly string[]) =>
    addRoomCommand(parent, usage, description, examples).addHelpText('after', NUMBER_HELP);
  command('add <room> [number]', 'Send a person nothing more, by no app and of no category.', [
    'npm run keyroom -- opt-outs add otp -e production',
    'pbpaste | npm run --silent keyroom -- opt-outs add otp -e production --json',
  ]).action(optOuts('opt-out'));
  command('remove <room> [number]', 'Send to a person again. Only when they asked for it.', [
    'npm run keyroom -- opt-outs remove otp -e production',
  ]).action(optOuts('lift'));
  command('check <room> [number]', 'Say whether a person opted out, since when and how.', [
    'npm run keyroom -- opt-outs check otp -e production',
    'npm run --silent keyroom -- opt-outs check otp +971500000001 --json',
  ]).action(optOuts('check'));
  addRoomCommand(
    program,
    'inbound-url <room>',
    'Show the address to enter at the provider for what people write, stop words among it.',
    ['npm run keyroom -- inbound-url otp -e production', 'npm run --silent keyroom -- inbound-url otp --json'],
  )
    .addHelpText(
      'after',
      `
Your credentials must be allowed to assume the room's steward role (dataStewards). Whoever knows the address can tell the
room that anybody wrote anything: show it to the provider and to nobody else.`,
    )
    .action((room: string, options: CommonOptions) =>
      withRoom(room, options, async (context) => {
        await showInboundUrl(context);
        return EXIT.held;
      }),
    );
  addRoomCommand(
    program,
    'forget <room> [number]',
    'Erase what the room holds of a person, and say what is left where.',
    [
      'npm run keyroom -- forget otp -e production',
      'pbpaste | npm run --silent keyroom -- forget otp -e production --json',
    ],
  )
    .option('--timeout <seconds>', 'how long to go on until nothing is found any more', seconds, 120)
    .addHelpText(
      'after',
      `${NUMBER_HELP}

Your credentials must be allowed to assume the room's steward role (dataStewards). Messages that wait for this person are
not sent any more. An opt-out is kept; to send them nothing in future either, add one first. It may be interrupted and
repeated. Ends with 3 where messages may have gone to a provider, whose copies no command can prove erased.`,
    )
    .action(async (room: string, given: string | undefined, options: CommonOptions & { timeout: number }) => {
      const number = await numberFrom(given);
      await withRoom(room, options, async (context, { config }) => {
        const proved = await forgetRecipient(context, number, config.provider, { timeoutSeconds: options.timeout });
        return proved ? EXIT.held : EXIT.notProved;
      });
    });
};
