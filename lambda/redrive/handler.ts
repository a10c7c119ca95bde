import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSqsDeadLetters } from '../shared/aws/sqs-dead-letters.ts';
import { createSqsRetryQueue } from '../shared/aws/sqs-retry-queue.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { unforeseen } from '../shared/command-problems.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import { ENV, type RedriveCommand, type RedriveResult } from './contract.ts';
import type { RedrivePorts } from './ports.ts';
import { redrive } from './redrive.ts';

/** The parts of Lambda's context that are used. */
interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept back from Lambda's timeout, so that the answer leaves before the environment is killed. */
const ANSWER_MS = 3000;

/**
 * Sends what was set aside back through the ledger.
 *
 * Triggered by an operator, synchronously. It may be repeated, and several may run at once: the ledger decides about
 * each message, and conditions of its writes let one of them change it.
 *
 * 1. Go through the dead letters within the time that Lambda leaves.
 * 2. Answer with what became of them, or why not.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => RedrivePorts) =>
  guarded(async (command: RedriveCommand, context: Invocation): Promise<RedriveResult> => {
    const { clock, log } = ports();
    const { awsRequestId: requestId } = context;
    try {
      const deadline = clock.monotonic() + context.getRemainingTimeInMillis() - ANSWER_MS;
      const result = await redrive(ports(), { dryRun: command.dryRun === true }, deadline);
      const count = Object.values(result.counts).reduce((sum, each) => sum + each, 0);
      log.info('dead letters redriven', { requestId, count, action: command.dryRun === true ? 'dry-run' : 'redrive' });
      return result;
    } catch (error: unknown) {
      log.error('redrive failed', { requestId, ...describeError(error) });
      const { code, message } = unforeseen(error);
      return {
        ok: false,
        code,
        message: `${message}; request id ${requestId}`,
        fix: 'Repeat the command: what was done is not done twice. If it persists, look for the request id in the log.',
        retryable: true,
      };
    }
  });

/** Nobody's message waits for these; a poll of the queue takes a second by itself. */
const AWS_MS = 5000;

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): RedrivePorts => {
  const aws = { environment, http, clock, timeoutMs: AWS_MS };
  return {
    clock,
    ledger: createDynamoDbLedger(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) })),
    deadLetters: createSqsDeadLetters({ ...aws, queueUrl: required(environment, ENV.deadLettersUrl) }),
    queue: createSqsRetryQueue({
      ...aws,
      otpQueueUrl: required(environment, ENV.otpQueueUrl),
      queueUrl: required(environment, ENV.queueUrl),
    }),
    log: createLog('redrive'),
    random: Math.random,
  };
};

/** The ports of the deployed function, made once, at the first command. */
const realPorts = (environment: Environment = process.env): (() => RedrivePorts) => {
  let ports: RedrivePorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

export const handler = createHandler(realPorts());
