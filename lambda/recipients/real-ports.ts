import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createOptOuts } from '../shared/dynamodb-opt-outs.ts';
import { createRecipientData } from '../shared/dynamodb-recipient-data.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { readPepperOnce } from '../shared/pepper.ts';
import { ENV } from './contract.ts';
import type { RecipientPorts } from './ports.ts';

/** Nobody's message waits for these. */
const AWS_MS = 5000;

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => RecipientPorts) => {
  let ports: RecipientPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): RecipientPorts => {
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) });
  return {
    optOuts: createOptOuts(table),
    data: createRecipientData(table),
    clock,
    hashes: readPepperOnce(createSecretStore({ ...aws, secretArn: required(environment, ENV.pepperSecretArn) })),
    inboundUrl: optional(environment, ENV.inboundUrl),
    log: createLog('recipients'),
  };
};
