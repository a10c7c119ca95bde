import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';

import { createProviderRecords } from '../providers/records.ts';
import { createSecretVersions } from '../shared/aws/secrets-manager-versions.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { ConfigurationError, KeyroomError } from '../shared/errors.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import type {
  BalanceAnswer,
  ListingAnswer,
  PricesAnswer,
  ReadAnswer,
  ReadCommand,
  RecordsAnswer,
} from '../shared/records-command.ts';
import { ENV } from './contract.ts';
import { lookUpMessages } from './look-up.ts';
import type { ReadRecordsPorts } from './ports.ts';
import { listMessages, readBalance, readPrices } from './read-account.ts';

/** The answer to a command of its kind. */
interface AnswerOf {
  readonly records: RecordsAnswer;
  readonly listing: ListingAnswer;
  readonly balance: BalanceAnswer;
  readonly prices: PricesAnswer;
}

/**
 * Says what the provider has: of some messages, of everything sent in a window, of the account's money, of prices.
 *
 * Triggered by the sweep of the ledger and by reconcile, synchronously. A function of its own, whose role can read the
 * room's credentials in use and write nothing: whoever may call it gets answers, and no command of rotate-key's. It only
 * reads, so a repeated command is harmless, and it does not wait for who is at work on the keys.
 *
 * 1. Take the least credential that may ask.
 * 2. Ask the provider.
 * 3. Answer; what fails is answered with its code, so that it is asked about again later.
 */
export const createHandler = (ports: () => ReadRecordsPorts) =>
  guarded(
    async <Command extends ReadCommand>(
      command: Command,
      { awsRequestId: requestId }: Pick<Context, 'awsRequestId'>,
    ): Promise<AnswerOf[Command['action']]> => {
      const { action } = command;
      const { log } = ports();
      try {
        const answer = await run(ports(), command);
        const { count, code } = noted(answer);
        log.info('records read', { requestId, action, count, ...(code !== undefined && { reason: code }) });
        return answer as AnswerOf[Command['action']];
      } catch (error: unknown) {
        log.error('records not read', { ...describeError(error), requestId, action });
        const code = error instanceof KeyroomError ? error.code : 'internal';
        return { ok: false, action, code } as AnswerOf[Command['action']];
      }
    },
  );

const run = async (ports: ReadRecordsPorts, command: ReadCommand): Promise<ReadAnswer> => {
  switch (command.action) {
    case 'records':
      return { ok: true, action: 'records', answers: await lookUpMessages(ports, command.messages) };
    case 'listing':
      return { action: 'listing', ...(await listMessages(ports, command)) };
    case 'balance':
      return { action: 'balance', ...(await readBalance(ports)) };
    case 'prices':
      return { action: 'prices', ...(await readPrices(ports, command.countries)) };
    default:
      throw new ConfigurationError('the action is none of those there are');
  }
};

/** What is logged of an answer. */
const noted = (answer: ReadAnswer): { readonly count: number; readonly code?: string } => {
  if (!answer.ok) return { count: 0, code: answer.code };
  if (answer.action === 'listing') return { count: answer.messages.length };
  if (answer.action === 'balance') return { count: 1 };
  if (answer.action === 'prices') return { count: Object.keys(answer.prices).length };
  const failed = answer.answers.find((each) => each.kind === 'failed');
  return { count: answer.answers.length, ...(failed && { code: failed.code }) };
};

/** Below these, a lost network path is noticed well within the function's timeout. */
const SDK = { maxAttempts: 3, requestHandler: { connectionTimeout: 3000, requestTimeout: 8000 } } as const;

const realPorts = (environment: Environment = process.env): (() => ReadRecordsPorts) => {
  let ports: ReadRecordsPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. @param secretsManager settings of the client that reads credentials */
export const createPorts = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  secretsManager: SecretsManagerClientConfig = SDK,
): ReadRecordsPorts => {
  const name = required(environment, ENV.provider);
  const baseUrl = optional(environment, ENV.providerBaseUrl);
  const records = createProviderRecords(name, {
    http,
    clock,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  if (records === undefined) throw new ConfigurationError(`the provider "${name}" keeps no records`);
  const client = new SecretsManagerClient(secretsManager);
  return {
    records,
    sending: createSecretVersions(client, required(environment, ENV.sendingSecretArn)),
    managing: createSecretVersions(client, required(environment, ENV.managingSecretArn)),
    clock,
    log: createLog('read-records'),
  };
};

export const handler = createHandler(realPorts());
