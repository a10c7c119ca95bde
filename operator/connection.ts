import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import { importerRoleName, partitionOf } from '../lib/config/names.ts';
import { RoomRefusal } from './errors.ts';

/** Where AWS is and who asks: empty on AWS (the usual chain decides), filled in for the local system. */
export interface Endpoint {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The two services a person needs to operate a room's keys, as the room's importer role. */
export interface Connection {
  readonly secrets: SecretsManagerClient;
  readonly functions: LambdaClient;
}

/** The room's importer role: it may put a value into the inbox and command the rotation function; it reads nothing. */
const importerRoleArn = ({ account, name, region }: EnvironmentConfig, room: string): string =>
  `arn:${partitionOf(region)}:iam::${account}:role/${importerRoleName(name, room)}`;

/**
 * Assumes the room's importer role and returns clients that act as it.
 *
 * @throws RoomRefusal that names the role and who may assume it when the caller may not, or has no credentials.
 */
export const connect = async (
  environment: EnvironmentConfig,
  room: string,
  endpoint: Endpoint,
  sessionName: string,
): Promise<Connection> => {
  const base = { region: environment.region, ...endpoint };
  const RoleArn = importerRoleArn(environment, room);
  const { Credentials: session } = await new STSClient(base)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName }))
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'for an unknown reason';
      throw new RoomRefusal({
        code: 'role-not-assumed',
        message: `cannot act as ${RoleArn}: ${reason}`,
        fix: `use AWS credentials (AWS_PROFILE) of somebody listed in keyImporters of room ${room}`,
        retryable: false,
      });
    });
  if (session?.AccessKeyId === undefined || session.SecretAccessKey === undefined) {
    throw new Error(`no session came back for ${RoleArn}`);
  }
  const client = {
    ...base,
    credentials: {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      ...(session.SessionToken === undefined ? {} : { sessionToken: session.SessionToken }),
    },
  };
  return { secrets: new SecretsManagerClient(client), functions: new LambdaClient(client) };
};
