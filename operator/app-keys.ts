import {
  type AppKeyCommand,
  type AppKeyReport,
  type AppKeyResult,
  appKeysFunctionName,
} from '../lambda/app-keys/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';
import { dayAndTime } from './moments.ts';
import { plainTable } from './plain-table.ts';

type Answer = Extract<AppKeyResult, { ok: true }>;

/**
 * Has a key issued, or the successor of one, and shows it this once: alone on standard output, so that it can be piped.
 *
 * @throws RoomRefusal with the room's reason when there is none
 */
export const issueAppKey = async (context: AskingContext, command: AppKeyCommand): Promise<void> => {
  const { room, report, json } = context;
  const name = command.action === 'rotate' ? 'issue the next key' : 'issue a key';
  const { key = '', keys } = await ask(context, `${name} for ${command.app ?? ''} in room ${room}`, command);
  const [issued, replaced] = keys;
  if (json) {
    report.figure('key', key);
    report.figure('keys', keys);
    return;
  }
  if (issued)
    report.note(`id ${issued.id}, valid until ${dayAndTime(issued.validUntil)}, for ${issued.scopes.join(', ')}`);
  if (replaced) {
    report.note(
      `The key ${replaced.id} goes on working until ${dayAndTime(replaced.validUntil)}. When the app uses the new one:\n` +
        commandLine(context, `revoke ${room} ${replaced.app} ${replaced.id}`),
    );
  }
  report.note('This is the only time the key is shown. Put it where the app reads its secrets, and nowhere else:');
  print(context, key);
};

/** Ends keys at once. @throws RoomRefusal when there is no such key */
export const revokeAppKeys = async (context: AskingContext, command: AppKeyCommand): Promise<void> => {
  const { keys } = await ask(context, `revoke in room ${context.room}`, command);
  if (context.json) context.report.figure('keys', keys);
  else for (const { id, app } of keys) print(context, `the key ${id} of ${app} is dead at the next request`);
};

/** Shows the keys of an app: never a key. */
export const listAppKeys = async (context: AskingContext, app: string): Promise<void> => {
  const { keys } = await ask(context, `ask room ${context.room}`, { action: 'list', app });
  if (context.json) context.report.figure('keys', keys);
  else print(context, keys.length === 0 ? `the app ${app} has no key` : describe(keys));
};

const ask = (
  { connect, environment, room, report }: AskingContext,
  step: string,
  command: AppKeyCommand,
): Promise<Answer> =>
  report.step(step, async () => {
    const { functions } = await connect();
    return askFunction<AppKeyResult>(functions, appKeysFunctionName(environment.name, room), command);
  });

const print = ({ out = (text) => void process.stdout.write(text) }: AskingContext, text: string): void =>
  out(`${text}\n`);

const commandLine = ({ environment }: AskingContext, rest: string): string =>
  `npm run keyroom -- app-key ${rest} -e ${environment.name}`;

const describe = (keys: readonly AppKeyReport[]): string => {
  const table = plainTable({ head: ['id', 'state', 'issued', 'ends', 'last used', 'scopes', 'networks'] });
  for (const { id, state, createdAt, validUntil, lastUsedAt, scopes, networks } of keys) {
    table.push([
      id,
      state,
      dayAndTime(createdAt),
      dayAndTime(validUntil),
      lastUsedAt === null ? 'never' : dayAndTime(lastUsedAt),
      scopes.join(' '),
      networks.join(' ') || 'as configured',
    ]);
  }
  return table.toString();
};
