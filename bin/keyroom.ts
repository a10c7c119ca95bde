import { Command, CommanderError, Option } from 'commander';
import type { ManagingField, ProviderCapabilities } from '../lambda/providers/capabilities.ts';
import { PROVIDERS } from '../lambda/providers/contract.ts';
import { compareAddresses } from '../operator/addresses.ts';
import { parseCandidate } from '../operator/candidate.ts';
import { connect } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { importKey, importReceiptKey } from '../operator/import-key.ts';
import { type ListAction, listKeys } from '../operator/list-keys.ts';
import { promptForCandidate } from '../operator/prompt.ts';
import { EXIT } from '../operator/report.ts';
import { swap } from '../operator/swap.ts';
import { findRoomWithKey, receiptKeyFields, type Target } from '../operator/target.ts';
import { addAdoptCommand } from './adopt-command.ts';
import { addAppKeyCommands } from './app-key-command.ts';
import { addAuditCommand } from './audit-command.ts';
import { addIncidentCommands } from './incident-command.ts';
import { addPagesCommands } from './pages-command.ts';
import { addPostureCommand } from './posture-command.ts';
import { addRecipientCommands } from './recipient-commands.ts';
import { addRedriveCommand } from './redrive-command.ts';
import { addRevokeCommand } from './revoke-command.ts';
import { addRotateCommand, UNTIL_RETIRED_SECONDS } from './rotate-command.ts';
import { addStatusCommand } from './status-command.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, readStandardInput, seconds } from './room-command.ts';

const onRoom = onRoomOf(findRoomWithKey);

const connectTo = ({ environment, room, endpoint }: Target) => connect(environment, room, endpoint, 'keyroom-cli');

const program = new Command('keyroom')
  .description("Operate a room: its provider's key goes in here, rotates here, and never comes out.")
  .exitOverride()
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Exit codes: 0 it held, 1 it failed, 2 wrong usage, 3 done but not proved.
Credentials come from the usual AWS sources; they must be allowed to assume the room's importer role.
The environment "local" is the one that "npm run demo -- --keep" leaves running.`,
  );

/** What there is to type for each provider, for the help text. */
const described = (fieldsOf: (provider: ProviderCapabilities) => readonly ManagingField[]): string =>
  Object.values(PROVIDERS)
    .filter((provider) => fieldsOf(provider).length > 0)
    .map(
      (provider) =>
        `  ${provider.name}: ${fieldsOf(provider)
          .map(({ name, label }) => `${name} (${label})`)
          .join(', ')}`,
    )
    .join('\n');
const CREDENTIALS = described(({ managingFields }) => managingFields);
const RECEIPT_KEYS = described(({ receiptKeyFields: fields = [] }) => fields);

const roomCommand = (name: string, description: string, examples: readonly string[]): Command =>
  addRoomCommand(program, `${name} <room>`, description, examples);

roomCommand('import-key', "Import the provider's managing credential from standard input or a hidden prompt.", [
  'npm run keyroom -- import-key otp -e production',
  'pass show infobip/keyroom | npm run --silent keyroom -- import-key otp -e production --json',
  'npm run keyroom -- import-key --standby otp -e production',
  'npm run keyroom -- import-key --receipts otp -e production',
])
  .option('--standby', 'keep it, tested, for "swap", and leave the one in use alone', false)
  .addOption(
    new Option('--receipts', 'what the provider signs receipts with, instead; no other key is touched')
      .default(false)
      .conflicts('standby'),
  )
  .addHelpText(
    'after',
    `
Standard input is a JSON object, or one value a line in this order; at a terminal each is asked for:
${CREDENTIALS}
With --receipts, where the room's configuration says receipts: 'signed':
${RECEIPT_KEYS}`,
  )
  .action((room: string, options: CommonOptions & { standby: boolean; receipts: boolean }) =>
    onRoom(room, options, `import into ${room}`, async (target, report) => {
      const fields = options.receipts ? receiptKeyFields(room, target.config) : target.managingFields;
      const candidate = process.stdin.isTTY
        ? await promptForCandidate(fields)
        : parseCandidate(await readStandardInput(), fields);
      if (options.receipts) {
        await importReceiptKey(() => connectTo(target), target.environment, room, candidate, report);
        return EXIT.held;
      }
      await importKey(() => connectTo(target), target.environment, room, candidate, report, {
        isStandby: options.standby,
      });
      return EXIT.held;
    }),
  );

addRotateCommand(program);

roomCommand(
  'swap',
  'Put the standby in place of the managing credential and switch to a key of its own; no message fails.',
  ['npm run keyroom -- swap otp -e production', 'npm run keyroom -- swap otp -e production --timeout 600'],
)
  .option('--timeout <seconds>', 'wait so long for the proof that the old one is dead (default: one look)', seconds)
  .addHelpText(
    'after',
    `
The old credential has to be deleted at the provider by a person: the command says which and where, and ends with 3
while it is not proved dead. The room goes on asking every hour, and opens a ticket every day until it is.`,
  )
  .action((room: string, options: CommonOptions & { timeout?: number }) =>
    onRoom(room, options, `swap of ${room}`, async (target, report) => {
      const proved = await swap(() => connectTo(target), target.environment, room, report, {
        ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
      });
      return proved ? EXIT.held : EXIT.notProved;
    }),
  );

const list = (room: string, options: CommonOptions, action: ListAction, accept: readonly string[] = []) =>
  onRoom(room, options, undefined, async (target, report) => {
    const { json } = options;
    await listKeys(() => connectTo(target), target.environment, room, report, { action, json, accept });
    return EXIT.held;
  });

roomCommand(
  'keys',
  "Say where the room's keys stand, and which live keys at the provider no room made. Shows no key.",
  ['npm run keyroom -- keys otp -e production', 'npm run keyroom -- keys otp -e production --accept 5737A1B2C3'],
)
  .option('--accept <id...>', "take unknown keys for your own: the provider's ids, as listed")
  .action((room: string, options: CommonOptions & { accept?: readonly string[] }) =>
    list(room, options, 'status', options.accept),
  );

roomCommand('sweep', 'Retire the old keys that are due now and prove them dead, as the room does every hour.', [
  'npm run keyroom -- sweep otp -e production',
]).action((room: string, options: CommonOptions) => list(room, options, 'sweep'));

roomCommand('addresses', "Compare the room's addresses with those its keys are bound to at the provider.", [
  'npm run keyroom -- addresses otp -e production',
  'npm run keyroom -- addresses otp -e production --wait --timeout 3600',
])
  .option('--wait', 'let the room add and remove addresses now, until both sides agree', false)
  .option('--timeout <seconds>', 'how long to wait', seconds, UNTIL_RETIRED_SECONDS)
  .addHelpText(
    'after',
    `
Ends with 0 when both sides agree, for at least the grace period, and the provider takes the key from inside the network;
with 1 when not; with 3 where the provider offers no way to tell: then it says what to allow there by hand.`,
  )
  .action((room: string, options: CommonOptions & { wait: boolean; timeout: number }) =>
    onRoom(room, options, `addresses of ${room}`, async (target, report) => {
      const { json, wait, timeout: timeoutSeconds } = options;
      const how = { json, wait, timeoutSeconds };
      const inStep = await compareAddresses(() => connectTo(target), target.environment, room, report, how);
      if (inStep === null) return EXIT.notProved;
      return inStep ? EXIT.held : EXIT.failed;
    }),
  );

addIncidentCommands(program);
addRevokeCommand(program);

addAppKeyCommands(program);

addRecipientCommands(program);

addRedriveCommand(program);

addPagesCommands(program);
addPostureCommand(program);

addStatusCommand(program);

addAdoptCommand(program);

addAuditCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.held : EXIT.wrongUsage;
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.wrongUsage;
  } else {
    throw error;
  }
}
