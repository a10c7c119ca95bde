import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

import { RecordsError, type SoughtMessage, type TimeWindow } from '../provider-records.ts';
import type {
  BalanceAnswer,
  ListingAnswer,
  PricesAnswer,
  ReadAnswer,
  ReadCommand,
  RecordsAnswer,
  SoughtAnswer,
} from '../records-command.ts';

/** What the provider has of messages, in their order. */
export type AskRecords = (messages: readonly SoughtMessage[]) => Promise<readonly SoughtAnswer[]>;

/** Everything sent from the account in a window. */
export type AskListing = (window: TimeWindow) => Promise<ListingAnswer>;

/** What the account has left. */
export type AskBalance = () => Promise<BalanceAnswer>;

/** What one part of an SMS costs at most, by country. */
export type AskPrices = (countries: readonly string[]) => Promise<PricesAnswer>;

type Client = Pick<LambdaClient, 'send'>;

/** {@link AskRecords} through the function that may read the credentials. One call, not retried. */
export const createAskRecords = (client: Client, functionName: string): AskRecords => {
  const ask = asking<RecordsAnswer>(client, functionName);
  return async (messages) => {
    const answer = await ask({ action: 'records', messages });
    if (answer?.ok === true && answer.answers.length === messages.length) return answer.answers;
    return messages.map(() => ({ kind: 'failed', code: 'provider-unreachable' }));
  };
};

/** {@link AskListing} in the same way. */
export const createAskListing = (client: Client, functionName: string): AskListing => {
  const ask = asking<ListingAnswer>(client, functionName);
  return async (window) => (await ask({ action: 'listing', ...window })) ?? { ...NO_ANSWER, action: 'listing' };
};

/** {@link AskBalance} in the same way. */
export const createAskBalance = (client: Client, functionName: string): AskBalance => {
  const ask = asking<BalanceAnswer>(client, functionName);
  return async () => (await ask({ action: 'balance' })) ?? { ...NO_ANSWER, action: 'balance' };
};

/** {@link AskPrices} in the same way. */
export const createAskPrices = (client: Client, functionName: string): AskPrices => {
  const ask = asking<PricesAnswer>(client, functionName);
  return async (countries) => (await ask({ action: 'prices', countries })) ?? { ...NO_ANSWER, action: 'prices' };
};

const NO_ANSWER = { ok: false, code: 'provider-unreachable' } as const;

/** The SDK's errors hold whatever was answered: none of it is kept, as who asks may let them fall into a log. */
const failed = (error: unknown): never => {
  const name = error instanceof Error ? error.name.replaceAll(/[^A-Za-z]/g, '').slice(0, 50) : 'NotAnError';
  throw new RecordsError('provider-unreachable', `who may ask the provider could not be asked: ${name}`);
};

/** The functions are deployed together, so an answer has the shape it was written with. */
const asking =
  <Answer extends ReadAnswer>(client: Client, functionName: string) =>
  async (command: ReadCommand): Promise<Answer | undefined> => {
    const invoke = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(command) });
    const { Payload, FunctionError } = await client.send(invoke).catch(failed);
    if (FunctionError !== undefined || Payload === undefined) return undefined;
    return JSON.parse(Buffer.from(Payload).toString('utf8')) as Answer;
  };
