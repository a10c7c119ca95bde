import { randomUUID } from 'node:crypto';

import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

import { createCredentialManager } from '../providers/credential-managers.ts';
import { PROVIDERS } from '../providers/contract.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretVersions } from '../shared/aws/secrets-manager-versions.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Channel, CHANNELS } from '../shared/contract.ts';
import { type Environment, optional, required, requiredInteger } from '../shared/environment.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { ENV } from './contract.ts';
import type { KeySettings, RoomName, RotateKeyDependencies } from './ports.ts';
import { createRotationStateStore } from './rotation-state-table.ts';

/** Below these, a lost network path is noticed well within the function's timeout. */
const SDK_TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 8000 } as const;

/** No call to the ledger is on a hot path here, and a slow one is better than a rotation that fails. */
const LEDGER_MS = 10_000;

/** What the function reaches the world through. */
export interface Transport {
  readonly http: HttpCall;
  readonly clock: Clock;
  readonly secretsManager: SecretsManagerClientConfig;
}

const realTransport = (): Transport => ({
  http: createHttp(),
  clock: systemClock,
  secretsManager: { maxAttempts: 3, requestHandler: SDK_TIMEOUTS },
});

/** The function as it runs in the cloud, from its environment. @throws ConfigurationError */
export const realDependencies = (environment: Environment, transport = realTransport()): RotateKeyDependencies => {
  const { http, clock } = transport;
  const room = required(environment, ENV.room);
  const roomName = { room, environment: required(environment, ENV.environment) };
  const log = createLog('rotate-key');
  const metrics = createMetrics({ room, clock });
  const name = required(environment, ENV.provider);
  const baseUrl = optional(environment, ENV.providerBaseUrl);
  const options = { http, clock, ...(baseUrl === undefined ? {} : { baseUrl }) };
  const provider = createCredentialManager(name, options);
  if (provider === undefined) return { name: roomName, keys: null, sendingSecretArn: '', log, metrics };

  const sendingSecretArn = required(environment, ENV.sendingSecretArn);
  const client = new SecretsManagerClient(transport.secretsManager);
  const table = createDynamoDb({
    environment,
    http,
    clock,
    tableName: required(environment, ENV.ledgerTable),
    timeoutMs: LEDGER_MS,
  });
  return {
    name: roomName,
    keys: {
      sending: createSecretVersions(client, sendingSecretArn),
      managing: createSecretVersions(client, required(environment, ENV.managingSecretArn)),
      inbox: createSecretVersions(client, required(environment, ENV.inboxSecretArn)),
      provider,
      state: createRotationStateStore(table, clock),
      clock,
      log,
      metrics,
      settings: settingsFrom(environment, name, roomName),
      newToken: randomUUID,
    },
    sendingSecretArn,
    log,
    metrics,
  };
};

const settingsFrom = (environment: Environment, provider: string, name: RoomName): KeySettings => ({
  namePrefix: keyNamePrefix(name.environment, name.room),
  siblingPrefixes: list(optional(environment, ENV.siblingRooms) ?? '').map((room) =>
    keyNamePrefix(name.environment, room),
  ),
  addressesInUse: list(optional(environment, ENV.egressAddresses) ?? ''),
  // An address that comes into use may stay on the second list for a while.
  allowedAddresses: [
    ...new Set(
      [ENV.egressAddresses, ENV.alsoAllowedAddresses].flatMap((name) => list(optional(environment, name) ?? '')),
    ),
  ],
  channels: list(required(environment, ENV.channels)).map(channelOf),
  managingFields: PROVIDERS[provider]?.managingFields ?? [],
  ...(PROVIDERS[provider]?.handover && { handover: PROVIDERS[provider].handover }),
  graceSeconds: requiredInteger(environment, ENV.keyGraceSeconds, 0),
  rotationDays: daysOf(required(environment, ENV.rotationDays)),
});

const keyNamePrefix = (environment: string, room: string): string => `keyroom-${environment}-${room}-`;

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const channelOf = (text: string): Channel => {
  const channel = CHANNELS.find((known) => known === text);
  if (channel) return channel;
  throw new ConfigurationError(`${ENV.channels} names a channel that is none of ${CHANNELS.join(', ')}`);
};

/** A fraction where the period is given in hours. */
const daysOf = (text: string): number => {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0) return days;
  throw new ConfigurationError(`${ENV.rotationDays} must be a number above 0`);
};
