import { createProvider } from '../providers/registry.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { DELIVERY_ENV as ENV } from '../shared/delivery/contract.ts';
import { createDeliveryPorts, LEDGER_MS } from '../shared/delivery/real-ports.ts';
import { type Environment, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createRetryBudget } from '../shared/retry-budget.ts';
import type { RetryPorts } from './ports.ts';

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => RetryPorts) => {
  let ports: RetryPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): RetryPorts => {
  const tableName = required(environment, ENV.ledgerTable);
  const table = createDynamoDb({ environment, http, clock, tableName, timeoutMs: LEDGER_MS });
  return {
    ...createDeliveryPorts({ service: 'retry', environment, http, clock, createProvider }),
    budget: createRetryBudget(table, clock),
  };
};
