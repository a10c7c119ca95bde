import Table from 'cli-table3';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** Shows every credential the room knows of, with its state; never a value. */
export const listKeys = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  json: boolean,
): Promise<void> => {
  const { credentials } = await report.step(`ask room ${room}`, async () =>
    commandRoom(await connect(), environment, room, { action: 'status' }),
  );
  if (json) {
    report.figure('credentials', credentials);
    return;
  }
  const table = new Table({ head: ['version', 'key at the provider', 'state', 'since'], style: { head: [] } });
  for (const { versionId, providerKeyId, state, since } of credentials) {
    table.push([versionId.slice(0, 8), providerKeyId ?? '', state, since]);
  }
  process.stdout.write(`${table.toString()}\n`);
};
