import { receiptReader, receiptVerifier } from '../providers/receipts.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { createSigningKeys } from '../shared/signing-keys.ts';
import { ENV } from './contract.ts';
import type { ReceiptPorts } from './ports.ts';

/** For each of the two reads of a secret. */
const SECRET_MS = 1500;

/** The ports, made at the first request and kept for the environment's life. */
export const realPorts = (environment: Environment = process.env): (() => ReceiptPorts) => {
  let ports: ReceiptPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): ReceiptPorts => {
  const provider = required(environment, ENV.provider);
  const read = receiptReader(provider);
  if (read === undefined) throw new ConfigurationError(`the provider "${provider}" sends no receipts`);
  const aws = { environment, http, clock };
  const secretArn = optional(environment, ENV.receiptsSecretArn);
  const verify = receiptVerifier(provider);
  const store = secretArn && createSecretStore({ ...aws, secretArn, timeoutMs: SECRET_MS });
  return {
    ledger: createDynamoDbLedger(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) })),
    clock,
    log: createLog('receipt'),
    metrics: createMetrics({ room: required(environment, ENV.room), clock }),
    region: required(environment, ENV.region),
    read,
    ...(store && verify && { signing: { verify, keys: createSigningKeys(store, clock) } }),
  };
};
