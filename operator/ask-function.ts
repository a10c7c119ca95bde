import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';
import type { Report } from './report.ts';

/** The room whose function is asked, how to reach it, and where its answer goes. */
export interface AskingContext {
  readonly connect: () => Promise<Pick<Connection, 'functions'>>;
  readonly environment: EnvironmentConfig;
  readonly room: string;
  readonly report: Report;
  readonly json: boolean;
  /** @default - standard output */
  readonly out?: (text: string) => void;
}

type Answer =
  { readonly ok: true } | ({ readonly ok: false } & Pick<RoomRefusal, 'code' | 'message' | 'fix' | 'retryable'>);

/**
 * Calls a function of the room by its name and waits for the answer.
 *
 * @throws RoomRefusal when it answers that it did not do what it was asked for, or failed.
 */
export const askFunction = async <T extends Answer>(
  functions: LambdaClient,
  functionName: string,
  command: object,
): Promise<Extract<T, { ok: true }>> => {
  const response = await functions.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(command) }),
  );
  if (response.FunctionError !== undefined) {
    throw new RoomRefusal({
      code: 'room-function-failed',
      message: `the room's function failed (${response.FunctionError})`,
      fix: `read the log of ${functionName}; the command can be repeated`,
      retryable: true,
    });
  }
  const result = JSON.parse(Buffer.from(response.Payload ?? []).toString('utf8')) as T;
  if (!result.ok) throw new RoomRefusal(result);
  return result as Extract<T, { ok: true }>;
};
