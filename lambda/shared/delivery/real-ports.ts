import { randomUUID } from 'node:crypto';

import { createDynamoDb } from '../aws/dynamodb.ts';
import { createSecretStore } from '../aws/secrets-manager.ts';
import { createSqsRetryQueue } from '../aws/sqs-retry-queue.ts';
import type { Clock } from '../clock.ts';
import { METRICS } from '../contract.ts';
import { createDynamoDbLedger } from '../dynamodb-ledger.ts';
import { createOptOuts } from '../dynamodb-opt-outs.ts';
import { createProviderHealth } from '../dynamodb-provider-health.ts';
import { createSenderPace } from '../dynamodb-sender-pace.ts';
import { type Environment, optional, required, requiredInteger } from '../environment.ts';
import type { HttpCall } from '../http.ts';
import { createKeyReader, type KeyReader, noKeyReader } from '../key-reader.ts';
import { createLog } from '../log.ts';
import type { MessagingProvider } from '../messaging-provider.ts';
import { createMetrics } from '../metrics.ts';
import { readPepperOnce } from '../pepper.ts';
import { readRoomPolicy } from '../room-policy.ts';
import { DELIVERY_ENV as ENV } from './contract.ts';
import type { DeliveryPorts } from './ports.ts';

/** One ledger call at most, in milliseconds: two of them and the provider's 6 s fit into the function's 10 s. */
export const LEDGER_MS = 1000;
/** One appointment at most: what comes too late is found by the sweep. */
const QUEUE_MS = 1000;

export interface DeliveryPortsOptions {
  /** Name of the function in its log. */
  readonly service: string;
  readonly environment: Environment;
  readonly http: HttpCall;
  readonly clock: Clock;
  /** The room's provider, by its name; shared code knows none. */
  readonly createProvider: (
    name: string,
    options: { readonly http: HttpCall; readonly baseUrl?: string },
  ) => MessagingProvider;
}

/** The ports of a deployed function that takes messages to the provider. @throws ConfigurationError */
export const createDeliveryPorts = (options: DeliveryPortsOptions): DeliveryPorts => {
  const { service, environment, http, clock, createProvider } = options;
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
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable), timeoutMs: LEDGER_MS });
  return {
    room,
    clock,
    metrics,
    keys,
    hashes: readPepperOnce(createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) })),
    ledger: createDynamoDbLedger(table),
    optOuts: createOptOuts(table),
    provider: createProvider(room.provider, { http, ...(baseUrl ? { baseUrl } : {}) }),
    health: createProviderHealth({ table, provider: room.provider, clock }),
    pace: createSenderPace({ table, room, clock }),
    queue: createSqsRetryQueue({
      ...aws,
      otpQueueUrl: required(environment, ENV.otpQueueUrl),
      queueUrl: required(environment, ENV.queueUrl),
      timeoutMs: QUEUE_MS,
    }),
    receiptUrl: optional(environment, ENV.receiptUrl) ?? null,
    log: createLog(service),
    newAttempt: randomUUID,
    random: Math.random,
  };
};
