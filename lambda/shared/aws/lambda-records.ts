import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

import type { SoughtMessage } from '../provider-records.ts';
import type { RecordsAnswer, RecordsCommand, SoughtAnswer } from '../records-command.ts';

/** What the provider has of messages, in their order. */
export type AskRecords = (messages: readonly SoughtMessage[]) => Promise<readonly SoughtAnswer[]>;

/** {@link AskRecords} through the function that holds the credential which may read. One call, not retried. */
export const createAskRecords =
  (client: Pick<LambdaClient, 'send'>, functionName: string): AskRecords =>
  async (messages) => {
    const command: RecordsCommand = { action: 'records', messages };
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(command) }),
    );
    const answer = FunctionError ? undefined : read(Payload);
    if (answer?.ok === true && answer.answers.length === messages.length) return answer.answers;
    return messages.map(() => ({ kind: 'failed', code: 'provider-unreachable' }));
  };

/** The two functions are deployed together, so an answer has the shape it was written with. */
const read = (payload: Uint8Array | undefined): RecordsAnswer | undefined =>
  payload === undefined ? undefined : (JSON.parse(Buffer.from(payload).toString('utf8')) as RecordsAnswer);
