import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import { importerRoleName, partitionOf } from '../lib/config/names.ts';

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
export const importerRoleArn = ({ account, name, region }: EnvironmentConfig, room: string): string =>
  `arn:${partitionOf(region)}:iam::${account}:role/${importerRoleName(name, room)}`;

/**
 * Assumes the room's importer role and returns clients that act as it.
 *
 * @throws the STS error when the caller may not assume the role.
 */
export const connect = async (
  environment: EnvironmentConfig,
  room: string,
  endpoint: Endpoint,
  sessionName: string,
): Promise<Connection> => {
  const base = { region: environment.region, ...endpoint };
  const { Credentials: session } = await new STSClient(base).send(
    new AssumeRoleCommand({ RoleArn: importerRoleArn(environment, room), RoleSessionName: sessionName }),
  );
  if (session?.AccessKeyId === undefined || session.SecretAccessKey === undefined) {
    throw new Error(`no session came back for ${importerRoleArn(environment, room)}`);
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
