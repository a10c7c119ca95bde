import type { EnvironmentConfig, RoomConfig } from '../lib/config/environment.ts';
import { readState } from '../local/system/state-file.ts';
import { trustAuthority } from '../local/system/trust.ts';
import type { Endpoint } from './connection.ts';
import { UsageError } from './errors.ts';

/** A room, the environment it is in, and how to reach it. */
export interface Target {
  readonly environment: EnvironmentConfig;
  readonly room: string;
  readonly config: RoomConfig;
  readonly endpoint: Endpoint;
}

/** The local system that was left running, reached as its platform engineer. */
const localEndpoint = (): Endpoint => {
  const state = readState();
  if (state === undefined) {
    throw new UsageError('no local system is running: start one with "npm run demo -- --keep", or name another -e');
  }
  trustAuthority(state.ca);
  return { endpoint: state.awsEndpointUrl, credentials: state.operator };
};

/**
 * Finds a room by name.
 *
 * @throws UsageError that names what exists when the environment or the room does not.
 */
export const findRoom = (
  environments: Readonly<Record<string, EnvironmentConfig>>,
  environmentName: string,
  room: string,
): Target => {
  const environment = environments[environmentName];
  if (environment === undefined) {
    throw new UsageError(`unknown environment ${environmentName}: there are ${Object.keys(environments).join(', ')}`);
  }
  const config = environment.rooms[room];
  if (config === undefined) {
    throw new UsageError(
      `environment ${environmentName} has no room ${room}: there are ${Object.keys(environment.rooms).join(', ')}`,
    );
  }
  return { environment, room, config, endpoint: environmentName === 'local' ? localEndpoint() : {} };
};
