import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type RoomCommand, type RoomCommandResult, rotateKeyFunctionName } from '../lambda/rotate-key/contract.ts';
import { secretName, STANDBY_STAGE } from '../lambda/shared/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { RoomRefusal } from './errors.ts';

/** Puts a candidate into the room's inbox, where only the room can read it; a label says that it is to be the standby. */
export const putIntoInbox = async (
  { secrets }: Connection,
  environment: EnvironmentConfig,
  room: string,
  candidate: string,
  isStandby: boolean,
): Promise<void> => {
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(environment.name, room, 'inbox'),
      SecretString: candidate,
      ClientRequestToken: randomUUID(),
      VersionStages: ['AWSCURRENT', ...(isStandby ? [STANDBY_STAGE] : [])],
    }),
  );
};

/**
 * Asks the room to do something with its keys and waits for the answer.
 *
 * @throws RoomRefusal when the room answers that it did not.
 */
export const commandRoom = async (
  { functions }: Connection,
  environment: EnvironmentConfig,
  room: string,
  command: RoomCommand,
): Promise<Extract<RoomCommandResult, { ok: true }>> => {
  const response = await functions.send(
    new InvokeCommand({
      FunctionName: rotateKeyFunctionName(environment.name, room),
      Payload: JSON.stringify(command),
    }),
  );
  const text = Buffer.from(response.Payload ?? []).toString('utf8');
  if (response.FunctionError !== undefined) {
    throw new RoomRefusal({
      code: 'room-function-failed',
      message: `the room's rotation function failed (${response.FunctionError})`,
      fix: `read the log of ${rotateKeyFunctionName(environment.name, room)}; the command can be repeated`,
      retryable: true,
    });
  }
  const result = JSON.parse(text) as RoomCommandResult;
  if (!result.ok) throw new RoomRefusal(result);
  return result;
};
