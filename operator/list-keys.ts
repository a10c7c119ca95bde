import type { ForeignKeyReport, RoomCommand } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { plainTable } from './plain-table.ts';
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

const showForeign = (foreignKeys: readonly ForeignKeyReport[]): void => {
  if (foreignKeys.length === 0) return;
  const table = plainTable({ head: ['key at the provider that no room made', 'state', 'made', 'first seen'] });
  for (const { providerKeyId, state, createdAt, seenAt } of foreignKeys) {
    table.push([providerKeyId, state, createdAt ?? '', seenAt ?? '']);
  }
  process.stdout.write(`${table.toString()}\n`);
};

/** Shows every credential the room knows of, with its state, and the account's other live keys; never a value. */
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
  const { credentials, foreignKeys } = await report.step(
    action === 'status' ? `ask room ${room}` : `retire what is due in room ${room}`,
    () => ask({ action }),
    ({ steps }) => steps.join('; '),
  );
  if (json) {
    report.figure('credentials', credentials);
    report.figure('foreignKeys', foreignKeys);
    return;
  }
  const table = plainTable({ head: ['version', 'key at the provider', 'state', 'since'] });
  for (const { versionId, providerKeyId, state, since } of credentials) {
    table.push([versionId.slice(0, 8), providerKeyId ?? '', state, since]);
  }
  process.stdout.write(`${table.toString()}\n`);
  showForeign(foreignKeys);
};
