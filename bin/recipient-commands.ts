import type { Command } from 'commander';
import type { RecipientCommand } from '../lambda/recipients/contract.ts';
import { connect, STEWARD } from '../operator/connection.ts';
import { promptForNumber } from '../operator/prompt.ts';
import { keepOptOut, type RecipientContext } from '../operator/recipients.ts';
import { EXIT } from '../operator/report.ts';
import { findRoomWithStewards } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput } from './room-command.ts';

const onRoom = onRoomOf(findRoomWithStewards);

const withRoom = (
  room: string,
  options: CommonOptions,
  work: (context: RecipientContext) => Promise<void>,
): Promise<void> =>
  onRoom(room, options, undefined, async ({ environment, endpoint }, report) => {
    const reach = () => connect(environment, room, endpoint, 'keyroom-cli', STEWARD);
    await work({ connect: reach, environment, room, report, json: options.json });
    return EXIT.held;
  });

/** A number is personal: given on standard input or at the prompt, no shell remembers it. */
const numberFrom = async (given: string | undefined): Promise<string> =>
  (given ?? (process.stdin.isTTY ? await promptForNumber() : await readStandardInput())).trim();

const optOuts =
  (action: RecipientCommand['action']) => async (room: string, given: string | undefined, options: CommonOptions) => {
    const number = await numberFrom(given);
    await withRoom(room, options, (context) => keepOptOut(context, { action, number }));
  };

const NUMBER_HELP = `
The number is in E.164. Left out, it is asked for or read from standard input, where no shell remembers it.`;

/** Adds what recipients may ask for: `keyroom opt-outs`. */
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
};
