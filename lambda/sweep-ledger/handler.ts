import { randomUUID } from 'node:crypto';

import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';

import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createAskRecords } from '../shared/aws/lambda-records.ts';
import { createSqsRetryQueue } from '../shared/aws/sqs-retry-queue.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createDueIndex } from '../shared/due-index.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { createSettler } from '../shared/settler.ts';
import { ENV } from './contract.ts';
import type { SweepPorts, SweepResult } from './ports.ts';
import { sweepLedger } from './sweep-ledger.ts';

/** The parts of Lambda's context that are used. */
interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept back from Lambda's timeout, for the last log line. */
const ANSWER_MS = 500;

/**
 * Keeps the ledger's promises when nobody else can: a crashed function writes nothing.
 *
 * Triggered by a schedule, every minute. A repeated or overlapping run is harmless: each change is conditioned on what
 * was seen. A failed run is logged and thrown; the next minute does the same.
 *
 * @param ports made at the first run, so that importing this file reads no environment
 */
export const createHandler = (ports: () => SweepPorts) =>
  guarded(async (_event: unknown, context: Invocation): Promise<SweepResult> => {
    const { clock, log } = ports();
    const { awsRequestId: requestId } = context;
    try {
      const done = await sweepLedger(ports(), clock.monotonic() + context.getRemainingTimeInMillis() - ANSWER_MS);
      const count = Object.values(done).reduce((sum, each) => sum + each, 0);
      if (count > 0) log.info('ledger swept', { requestId, count });
      return done;
    } catch (error: unknown) {
      log.error('sweep failed', { requestId, ...describeError(error) });
      throw error;
    }
  });

/** One question: the next sweep asks again. */
const ASKING = { maxAttempts: 1, requestHandler: { connectionTimeout: 3000, requestTimeout: 15_000 } };

const realPorts = (environment: Environment = process.env): (() => SweepPorts) => {
  let ports: SweepPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. @param asking settings of the client that asks for the provider's records */
export const createPorts = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  asking: LambdaClientConfig = ASKING,
): SweepPorts => {
  const aws = { environment, http, clock };
  const table = createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) });
  const ledger = createDynamoDbLedger(table);
  const log = createLog('sweep-ledger');
  const functionName = optional(environment, ENV.readRecordsFunction);
  const ask = functionName && createAskRecords(new LambdaClient(asking), functionName);
  return {
    clock,
    ledger,
    index: createDueIndex(table),
    queue: createSqsRetryQueue({
      ...aws,
      otpQueueUrl: required(environment, ENV.otpQueueUrl),
      queueUrl: required(environment, ENV.queueUrl),
    }),
    metrics: createMetrics({ room: required(environment, ENV.room), clock }),
    log,
    newAttempt: randomUUID,
    ...(ask && { settler: createSettler({ ledger, clock, log, ask }) }),
  };
};

export const handler = createHandler(realPorts());
