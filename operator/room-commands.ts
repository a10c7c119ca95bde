import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type RoomCommand, type RoomCommandResult, rotateKeyFunctionName } from '../lambda/rotate-key/contract.ts';
import { secretName, STANDBY_STAGE } from '../lambda/shared/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { askFunction } from './ask-function.ts';

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

/** Puts in what the provider signs receipts with, where only the function that checks them can read it. */
export const putReceiptKey = async (
  { secrets }: Connection,
  environment: EnvironmentConfig,
  room: string,
  key: string,
): Promise<void> => {
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretName(environment.name, room, 'receipts'),
      SecretString: key,
      ClientRequestToken: randomUUID(),
    }),
  );
};

/**
 * Asks the room to do something with its keys and waits for the answer.
 *
 * @throws RoomRefusal when the room answers that it did not.
 */
export const commandRoom = (
  { functions }: Connection,
  environment: EnvironmentConfig,
  room: string,
  command: RoomCommand,
): Promise<Extract<RoomCommandResult, { ok: true }>> =>
  askFunction<RoomCommandResult>(functions, rotateKeyFunctionName(environment.name, room), command);
