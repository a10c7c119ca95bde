import type { AddressReport } from '../lambda/rotate-key/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import { lookUntil, type Patience } from './look-until.ts';
import { plainTable } from './plain-table.ts';
import type { Report } from './report.ts';
import { commandRoom } from './room-commands.ts';

/** How the addresses are shown, and whether the command waits until they agree. */
export interface AddressOptions extends Patience {
  readonly json: boolean;
  /** Lets the room do what it does every hour, until both sides agree or the time is over. */
  readonly wait: boolean;
}

const PAUSE_MS = 5000;

/**
 * Shows which addresses the room leaves from and which of them its keys are bound to at the provider.
 *
 * @returns whether both sides agree; `null` where the provider offers no way to tell
 * @throws RoomRefusal
 */
export const compareAddresses = async (
  connect: () => Promise<Connection>,
  environment: EnvironmentConfig,
  room: string,
  report: Report,
  { json, wait, timeoutSeconds, ...how }: AddressOptions,
): Promise<boolean | null> => {
  const connection = await report.step(`act as the importer of room ${room}`, connect);
  const ask = (action: 'sweep' | 'addresses') => commandRoom(connection, environment, room, { action });
  const look = async (): Promise<AddressReport> => {
    const { addresses } = await ask('addresses');
    if (addresses === undefined) throw new Error(`room ${room} is older than this command: deploy it again`);
    return addresses;
  };
  const sweep = (): Promise<unknown> =>
    ask('sweep').catch((error: unknown) => {
      // The room goes on by itself: a sweep that failed for a moment is no reason to give up.
      if (!(error instanceof RoomRefusal) || !error.retryable) throw error;
    });
  const looking = { ...how, timeoutSeconds: wait ? timeoutSeconds : 0, pauseMs: PAUSE_MS, note: report.note };
  const addresses = await report.step(
    `compare the addresses of room ${room} with the provider's`,
    () => lookUntil({ ...looking, look, isThere: ({ inStep }) => inStep !== false, meanwhile: sweep, inWords }),
    inWords,
  );
  report.figure('addresses', addresses);
  if (!json) process.stdout.write(`${tableOf(addresses)}\n`);
  return addresses.inStep;
};

/** What the comparison comes to, for a person. */
export const inWords = ({ inStep, check, settledAt, keys, wanted }: AddressReport): string => {
  const tried = `the provider's verdict on the current key, asked from inside, is "${check}"`;
  if (inStep === null) {
    const list = wanted.map(({ address }) => address).join(', ');
    return `this provider has no API that binds keys to addresses; ${tried}. Where its console has a list, allow ${list}`;
  }
  if (inStep) return 'in step: bound and checked';
  const differs = keys.some(({ missing, surplus }) => missing.length + surplus.length > 0);
  if (differs) return `not in step: the hourly sweep changes the keys; ${tried}`;
  return settledAt === null ? `not in step: ${tried}` : `bound; until ${settledAt} not every server may know`;
};

/** One row per address, one column per living key. */
export const tableOf = ({ wanted, keys }: AddressReport): string => {
  const table = plainTable({
    head: ['address', 'use', ...keys.map(({ state, providerKeyId }) => `${state} key ${providerKeyId.slice(0, 8)}`)],
  });
  for (const { address, inUse } of wanted) {
    const bound = keys.map(({ missing, bound: entries }) =>
      entries.length === 0 ? 'everywhere' : missing.includes(address) ? 'missing' : 'bound',
    );
    table.push([address, inUse ? 'in use' : 'also allowed', ...bound]);
  }
  for (const entry of new Set(keys.flatMap(({ surplus }) => surplus))) {
    table.push([entry, 'not wanted', ...keys.map(({ surplus }) => (surplus.includes(entry) ? 'bound' : ''))]);
  }
  return table.toString();
};
