import { inboundFormat } from '../providers/inbound.ts';
import { receiptVerifier } from '../providers/receipts.ts';
import { createAwsCall } from '../shared/aws/aws-call.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { EVENTS } from '../shared/contract.ts';
import { createOptOuts } from '../shared/dynamodb-opt-outs.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { createEventBus } from '../shared/event-bus.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createInboundPassed } from '../shared/inbound-passed.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readPepperOnce } from '../shared/pepper.ts';
import { createSigningKeys } from '../shared/signing-keys.ts';
import { ENV } from './contract.ts';
import type { InboundPorts } from './ports.ts';

/** For each call of AWS. */
const AWS_MS = 2000;

/** The ports, made at the first request and kept for the environment's life. */
export const realPorts = (environment: Environment = process.env): (() => InboundPorts) => {
  let ports: InboundPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): InboundPorts => {
  const provider = required(environment, ENV.provider);
  const room = required(environment, ENV.room);
  const format = inboundFormat(provider);
  if (format === undefined) throw new ConfigurationError(`how "${provider}" tells of messages is not known`);
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) });
  const events = createAwsCall({ ...aws, service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' });
  const verify = receiptVerifier(provider);
  const keyArn = optional(environment, ENV.receiptsSecretArn);
  const store = keyArn && createSecretStore({ ...aws, secretArn: keyArn });
  return {
    room,
    provider,
    region: required(environment, ENV.region),
    isFull: required(environment, ENV.inbound) === 'full',
    format,
    optOuts: createOptOuts(table),
    passed: createInboundPassed(table),
    bus: createEventBus(events, () => EVENTS.inbound),
    hashes: readPepperOnce(createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) })),
    ...(store && verify && { signing: { verify, keys: createSigningKeys(store, clock) } }),
    clock,
    log: createLog('inbound'),
    metrics: createMetrics({ room, clock }),
  };
};
