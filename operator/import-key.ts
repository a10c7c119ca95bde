import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import type { Report } from './report.ts';
import { commandRoom, putIntoInbox, putReceiptKey } from './room-commands.ts';

/**
 * Imports a provider credential: inbox, test by the room, first sending key.
 *
 * Safe to repeat: the room continues where a broken import stopped.
 *
 * @param isStandby whether it is to wait, tested, instead of taking the place of the one in use.
 * @param candidate JSON of the managing credential; it is handed to Secrets Manager and nowhere else.
 * @throws RoomRefusal with the room's reason when the candidate was not taken.
 */
export const importKey = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  candidate: string,
  report: Report,
  { isStandby }: { readonly isStandby: boolean },
): Promise<void> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  await report.step('put the credential into the inbox', () =>
    putIntoInbox(connection, environment, room, candidate, isStandby),
  );
  const { credentials, managing } = await report.step(
    `the room tests it from its own network and ${isStandby ? 'keeps it as the standby' : 'makes it current'}`,
    () => commandRoom(connection, environment, room, { action: 'import' }),
    ({ steps }) => steps.join(' '),
  );
  report.figure('credentials', credentials);
  report.figure('managing', managing);
};

/**
 * Imports what the provider signs receipts with.
 *
 * Nobody can try it before the next receipt comes. The one before it is accepted for a day.
 *
 * @param key JSON of it; it is handed to Secrets Manager and nowhere else.
 */
export const importReceiptKey = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  key: string,
  report: Report,
): Promise<void> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  await report.step(
    'put the key for receipts into its secret',
    () => putReceiptKey(connection, environment, room, key),
    () => 'Within five minutes receipts that it has signed are believed.',
  );
};
