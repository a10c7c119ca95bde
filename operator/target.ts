import type { ManagingField, ProviderCapabilities } from '../lambda/providers/capabilities.ts';
import { PROVIDERS } from '../lambda/providers/contract.ts';
import type { EnvironmentConfig, RoomConfig } from '../lib/config/environment.ts';
import { hasKeys } from '../lib/config/names.ts';
import { readLocalConnection, trustAuthority } from './local-connection.ts';
import type { Endpoint } from './connection.ts';
import { UsageError } from './errors.ts';

/** A room, the environment it is in, and how to reach it. */
export interface Target {
  readonly environment: EnvironmentConfig;
  readonly room: string;
  readonly config: RoomConfig;
  /** What the provider's managing credential consists of. */
  readonly managingFields: ProviderCapabilities['managingFields'];
  readonly endpoint: Endpoint;
}

/** The local system that was left running, reached as its platform engineer. */
const localEndpoint = (): Endpoint => {
  const state = readLocalConnection();
  if (state === undefined) {
    throw new UsageError('no local system is running: start one with "npm run demo -- --keep", or name another -e');
  }
  trustAuthority(state.ca);
  return { endpoint: state.awsEndpointUrl, credentials: state.operator };
};

/** What an object holds itself under a name, and not what every object has. */
const own = <T>(object: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

type Environments = Readonly<Record<string, EnvironmentConfig>>;

/** Finds an environment by name. @throws UsageError that names what exists */
export const findEnvironment = (environments: Environments, name: string): EnvironmentConfig => {
  const environment = own(environments, name);
  if (environment !== undefined) return environment;
  throw new UsageError(`unknown environment ${name}: there are ${Object.keys(environments).join(', ')}`);
};

/** Finds a room's configuration by name. @throws UsageError that names what exists */
export const findRoomConfig = (environment: EnvironmentConfig, name: string): RoomConfig => {
  const config = own(environment.rooms, name);
  if (config !== undefined) return config;
  throw new UsageError(
    `environment ${environment.name} has no room ${name}: there are ${Object.keys(environment.rooms).join(', ')}`,
  );
};

/**
 * Finds a room by name, and how to reach it.
 *
 * @throws UsageError that names what exists when the environment or the room does not.
 */
export const findRoom = (environments: Environments, environmentName: string, room: string): Target => {
  const environment = findEnvironment(environments, environmentName);
  const config = findRoomConfig(environment, room);
  const managingFields = PROVIDERS[config.provider]?.managingFields ?? [];
  return { environment, room, config, managingFields, endpoint: environmentName === 'local' ? localEndpoint() : {} };
};

/** Finds a room with a provider's key. @throws UsageError as {@link findRoom}, and when the room has no key */
export const findRoomWithKey = (environments: Environments, environmentName: string, room: string): Target => {
  const { provider } = findRoomConfig(findEnvironment(environments, environmentName), room);
  if ((PROVIDERS[provider]?.managingFields ?? []).length === 0) {
    throw new UsageError(`room ${room} uses the provider ${provider}, which has no key`);
  }
  return findRoom(environments, environmentName, room);
};

/** Finds a room with data stewards. @throws UsageError as {@link findRoom}, and when the room has none */
export const findRoomWithStewards = (environments: Environments, environmentName: string, room: string): Target => {
  const { dataStewards = [] } = findRoomConfig(findEnvironment(environments, environmentName), room);
  if (dataStewards.length === 0) {
    throw new UsageError(`room ${room} names nobody in dataStewards: name somebody in its configuration and deploy`);
  }
  return findRoom(environments, environmentName, room);
};

/** Finds a room with operators. @throws UsageError as {@link findRoom}, and when the room has none */
export const findRoomWithOperators = (environments: Environments, environmentName: string, room: string): Target => {
  const { operators = [] } = findRoomConfig(findEnvironment(environments, environmentName), room);
  if (operators.length === 0) {
    throw new UsageError(`room ${room} names nobody in operators: name somebody in its configuration and deploy`);
  }
  return findRoom(environments, environmentName, room);
};

/**
 * What a person is asked for so that a room can check who signed its receipts.
 *
 * @throws UsageError when the room checks no signatures
 */
export const receiptKeyFields = (room: string, { receipts, provider }: RoomConfig): readonly ManagingField[] => {
  const fields = PROVIDERS[provider]?.receiptKeyFields;
  if (receipts === 'signed' && fields !== undefined) return fields;
  throw new UsageError(`room ${room} checks no signatures: its configuration does not say receipts: 'signed'`);
};

/** Finds a room with an app that has keys. @throws UsageError as {@link findRoom}, and when no app of it has keys */
export const findRoomWithAppKeys = (environments: Environments, environmentName: string, room: string): Target => {
  if (!hasKeys(findRoomConfig(findEnvironment(environments, environmentName), room))) {
    throw new UsageError(`no app of room ${room} has keys: all of them sign as AWS roles`);
  }
  return findRoom(environments, environmentName, room);
};
