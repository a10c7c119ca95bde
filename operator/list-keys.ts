import type { RoomCommand } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { describeKeys } from './describe-keys.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** What is asked before the keys are shown: nothing, or to retire what is due first. */
export type ListAction = 'status' | 'sweep';

/** How the keys are shown, and what is done before. */
export interface ListOptions {
  readonly action: ListAction;
  readonly json: boolean;
  /** Provider's ids of unknown keys that are the customer's own. @default - none */
  readonly accept?: readonly string[];
}

/**
 * Shows every credential the room knows of, with its state, how far its rotation is, and the account's other live keys;
 * never a value.
 */
export const listKeys = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  { action, json, accept = [] }: ListOptions,
): Promise<void> => {
  let connection: Promise<Connection> | undefined;
  const ask = async (command: RoomCommand) => commandRoom(await (connection ??= connect()), environment, room, command);
  for (const providerKeyId of accept) {
    await report.step(`accept ${providerKeyId} as your own`, () => ask({ action: 'accept-key', providerKeyId }));
  }
  const answer = await report.step(
    action === 'status' ? `ask room ${room}` : `retire what is due in room ${room}`,
    () => ask({ action }),
    ({ steps }) => steps.join(' '),
  );
  if (json) {
    report.figure('credentials', answer.credentials);
    report.figure('managing', answer.managing);
    report.figure('rotation', answer.rotation);
    report.figure('foreignKeys', answer.foreignKeys);
    return;
  }
  const commandLine = (name: string): string => `npm run keyroom -- ${name} ${room} -e ${environment.name}`;
  process.stdout.write(`${describeKeys(answer, commandLine)}\n`);
};
