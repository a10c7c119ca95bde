import { randomUUID } from 'node:crypto';

import { createProvider } from '../providers/registry.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { METRICS } from '../shared/contract.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, optional, required, requiredInteger } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createKeyReader, type KeyReader, noKeyReader } from '../shared/key-reader.ts';
import { createKeyedHash, type KeyedHash } from '../shared/keyed-hash.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import type { SecretStore } from '../shared/secret-store.ts';
import { ENV } from './contract.ts';
import type { SendPorts } from './ports.ts';

/** One ledger call at most, in milliseconds: two of them and the provider's 6 s fit into the function's 10 s. */
const LEDGER_MS = 1000;

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => SendPorts) => {
  let ports: SendPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): SendPorts => {
  const room = readRoomPolicy(environment);
  const metrics = createMetrics({ room: room.room, clock });
  const aws = { environment, http, clock };
  const baseUrl = optional(environment, ENV.providerBaseUrl);
  const sendingSecretArn = optional(environment, ENV.sendingSecretArn);
  const keys: KeyReader = sendingSecretArn
    ? createKeyReader({
        store: createSecretStore({ ...aws, secretArn: sendingSecretArn }),
        clock,
        cacheSeconds: requiredInteger(environment, ENV.keyCacheSeconds, 0),
        graceSeconds: requiredInteger(environment, ENV.keyGraceSeconds, 0),
        onRefetch: () => metrics.emit({ [METRICS.names.keyRefetched]: 1 }),
      })
    : noKeyReader;
  const pepper = createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) });
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable), timeoutMs: LEDGER_MS });
  return {
    room,
    clock,
    metrics,
    keys,
    hashes: onceRead(pepper),
    ledger: createDynamoDbLedger(table),
    provider: createProvider(room.provider, { http, ...(baseUrl ? { baseUrl } : {}) }),
    log: createLog('send'),
    newAttempt: randomUUID,
  };
};

/** The pepper never changes, so one successful read serves the environment's whole life. */
const onceRead = (pepper: SecretStore): (() => Promise<KeyedHash | undefined>) => {
  let hashes: KeyedHash | undefined;
  return async () => {
    if (hashes) return hashes;
    const read = await pepper.read('AWSCURRENT');
    return read.kind === 'value' ? (hashes ??= createKeyedHash(read.value)) : undefined;
  };
};
