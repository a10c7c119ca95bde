import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';

import { createDynamoDb, type DynamoDb } from '../shared/aws/dynamodb.ts';
import { createSqsDeadLetters } from '../shared/aws/sqs-dead-letters.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import type { KeysAnswer } from '../shared/keys-command.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { createCampaigns } from './campaign-table.ts';
import { ENV, type IncidentEvent } from './contract.ts';
import { type BrakedFunction, createFunctionBrake } from './function-brake.ts';
import { createFreezeFlags } from './flag-table.ts';
import { createJobStore } from './job-table.ts';
import { createPager } from './pager.ts';
import type { IncidentPorts } from './ports.ts';
import { createRoomState } from './room-state-table.ts';
import { createSecretBrake } from './secret-brake.ts';

/** Short, so that one layer that does not answer is tried three times within the seconds that a freeze has. */
const BRAKING = { maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 } };
/** The function that keeps the keys may take 120 s. */
const ASKING = { maxAttempts: 1, requestHandler: { connectionTimeout: 3000, requestTimeout: 125_000 } };

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => IncidentPorts) => {
  let ports: IncidentPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. @param clients settings of the AWS clients, over those of the function */
export const createPorts = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  clients: LambdaClientConfig & SecretsManagerClientConfig = {},
): IncidentPorts => {
  const table = createDynamoDb({ tableName: required(environment, ENV.ledgerTable), environment, http, clock });
  const log = createLog('incident');
  const lambda = new LambdaClient({ ...BRAKING, ...clients });
  const secretArn = optional(environment, ENV.sendingSecretArn);
  const keysFunction = optional(environment, ENV.rotateKeyFunction);
  return {
    room: readRoomPolicy(environment),
    onCallRole: required(environment, ENV.onCallRole),
    approverRole: optional(environment, ENV.approverRole),
    clock,
    log,
    jobs: createJobStore(table, clock),
    roomState: createRoomState(table, clock),
    flags: createFreezeFlags(table),
    campaigns: createCampaigns(table, clock),
    pager: pagerOf({ environment, http, clock, table, lambda }, clients),
    functions: createFunctionBrake(lambda, {
      send: braked(environment, ENV.sendFunction, ENV.sendConcurrency),
      retry: braked(environment, ENV.retryFunction, ENV.retryConcurrency),
      retrySources: required(environment, ENV.retrySources).split(','),
    }),
    secret:
      secretArn === undefined
        ? undefined
        : createSecretBrake(new SecretsManagerClient({ ...BRAKING, ...clients }), secretArn),
    keys:
      keysFunction === undefined
        ? undefined
        : askKeysFunction(new LambdaClient({ ...ASKING, ...clients }), keysFunction),
    runElsewhere: async (job) => {
      try {
        await lambda.send(invocation(required(environment, 'AWS_LAMBDA_FUNCTION_NAME'), { action: 'run', job }));
        return true;
      } catch (error: unknown) {
        log.warn('job not handed on', { errorName: error instanceof Error ? error.name : 'NotAnError' });
        return false;
      }
    },
  };
};

/** What calls AWS here, and with what. */
interface Reaching {
  readonly environment: Environment;
  readonly http: HttpCall;
  readonly clock: Clock;
  readonly table: DynamoDb;
  readonly lambda: LambdaClient;
}

const pagerOf = ({ table, lambda, ...aws }: Reaching, clients: SNSClientConfig): IncidentPorts['pager'] => {
  const queueUrl = optional(aws.environment, ENV.probeQueueUrl);
  if (queueUrl === undefined) return undefined;
  return createPager({
    table,
    breachElsewhere: async () => {
      await lambda.send(invocation(required(aws.environment, 'AWS_LAMBDA_FUNCTION_NAME'), { action: 'breach' }));
    },
    metrics: createMetrics({ room: required(aws.environment, ENV.room), clock: aws.clock }),
    sns: new SNSClient({ ...BRAKING, ...clients }),
    topics: required(aws.environment, ENV.alarmTopics).split(','),
    probe: createSqsDeadLetters({ ...aws, queueUrl, timeoutMs: 5000 }),
  });
};

const invocation = (FunctionName: string, event: IncidentEvent): InvokeCommand =>
  new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) });

const braked = (environment: Environment, name: string, concurrency: string): BrakedFunction => {
  const reserved = optional(environment, concurrency);
  return { name: required(environment, name), concurrency: reserved === undefined ? undefined : Number(reserved) };
};

/** The two functions are deployed together, so an answer has the shape it was written with. */
const askKeysFunction =
  (client: Pick<LambdaClient, 'send'>, functionName: string): NonNullable<IncidentPorts['keys']> =>
  async (command) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(command) }),
    );
    if (FunctionError === undefined && Payload !== undefined) {
      return JSON.parse(Buffer.from(Payload).toString('utf8')) as KeysAnswer;
    }
    return {
      ok: false,
      code: 'room-function-failed',
      message: 'the function that keeps the keys failed',
      fix: `read the log of ${functionName}; the command can be repeated`,
      retryable: true,
    };
  };
