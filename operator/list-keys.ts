import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { plainTable } from './plain-table.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** What is asked before the keys are shown: nothing, or to retire what is due first. */
export type ListAction = 'status' | 'sweep';

/** Shows every credential the room knows of, with its state; never a value. */
export const listKeys = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  { action, json }: { readonly action: ListAction; readonly json: boolean },
): Promise<void> => {
  const { credentials } = await report.step(
    action === 'status' ? `ask room ${room}` : `retire what is due in room ${room}`,
    async () => commandRoom(await connect(), environment, room, { action }),
    ({ steps }) => steps.join('; '),
  );
  if (json) {
    report.figure('credentials', credentials);
    return;
  }
  const table = plainTable({ head: ['version', 'key at the provider', 'state', 'since'] });
  for (const { versionId, providerKeyId, state, since } of credentials) {
    table.push([versionId.slice(0, 8), providerKeyId ?? '', state, since]);
  }
  process.stdout.write(`${table.toString()}\n`);
};
