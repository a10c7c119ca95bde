import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import {
  approverRoleName,
  importerRoleName,
  issuerRoleName,
  onCallRoleName,
  operatorRoleName,
  partitionOf,
  stewardRoleName,
} from '../lib/config/names.ts';
import { RoomRefusal } from './errors.ts';

/** Where AWS is and who asks: empty on AWS (the usual chain decides), filled in for the local system. */
export interface Endpoint {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The two services a person needs to operate a room's keys, as a role of the room. */
export interface Connection {
  readonly secrets: SecretsManagerClient;
  readonly functions: LambdaClient;
}

/** A role of a room that people act as. */
interface RoomRole {
  readonly nameOf: (environment: string, room: string) => string;
  /** The option that says who may be it. */
  readonly listedIn: 'keyImporters' | 'keyIssuers' | 'dataStewards' | 'operators' | 'responders' | 'unfreezeApprovers';
}

/** It may put a value into the inbox and command the rotation function; it reads nothing. */
export const IMPORTER: RoomRole = { nameOf: importerRoleName, listedIn: 'keyImporters' };

/** It may command the function that issues and revokes app keys. */
export const ISSUER: RoomRole = { nameOf: issuerRoleName, listedIn: 'keyIssuers' };

/** It may command the function that does what recipients ask for. */
export const STEWARD: RoomRole = { nameOf: stewardRoleName, listedIn: 'dataStewards' };

/** It may command what operators do beside keys. */
export const OPERATOR: RoomRole = { nameOf: operatorRoleName, listedIn: 'operators' };

/** It may command at the operator door. */
export const ON_CALL: RoomRole = { nameOf: onCallRoleName, listedIn: 'responders' };

/** It may agree to unfreezing the room. */
export const APPROVER: RoomRole = { nameOf: approverRoleName, listedIn: 'unfreezeApprovers' };

/** What a session signs with. */
export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Assumes a role of the room and returns clients that act as it.
 *
 * @throws RoomRefusal that names the role and who may assume it when the caller may not, or has no credentials.
 */
export const connect = async (
  environment: EnvironmentConfig,
  room: string,
  endpoint: Endpoint,
  sessionName: string,
  role: RoomRole = IMPORTER,
): Promise<Connection> => {
  const credentials = await actAs(environment, room, endpoint, sessionName, role);
  const client = { region: environment.region, ...endpoint, credentials };
  return { secrets: new SecretsManagerClient(client), functions: new LambdaClient(client) };
};

/** A session of a role of the room. @throws RoomRefusal as {@link connect} */
export const actAs = async (
  environment: EnvironmentConfig,
  room: string,
  endpoint: Endpoint,
  sessionName: string,
  { nameOf, listedIn }: RoomRole,
): Promise<SessionKeys> => {
  const base = { region: environment.region, ...endpoint };
  const { account, name, region } = environment;
  const RoleArn = `arn:${partitionOf(region)}:iam::${account}:role/${nameOf(name, room)}`;
  const { Credentials: session } = await new STSClient(base)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName }))
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'for an unknown reason';
      throw new RoomRefusal({
        code: 'role-not-assumed',
        message: `cannot act as ${RoleArn}: ${reason}`,
        fix: `use AWS credentials (AWS_PROFILE) of somebody listed in ${listedIn} of room ${room}`,
        retryable: false,
      });
    });
  if (session?.AccessKeyId === undefined || session.SecretAccessKey === undefined) {
    throw new Error(`no session came back for ${RoleArn}`);
  }
  return {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    ...(session.SessionToken === undefined ? {} : { sessionToken: session.SessionToken }),
  };
};

/**
 * Who the caller is, as the name of a session: what the audit shows of somebody who acts as a shared role.
 *
 * The last part of the caller's own ARN: the name of a user, or of the session that a directory has made.
 */
export const ownName = async (environment: EnvironmentConfig, endpoint: Endpoint): Promise<string> => {
  const sts = new STSClient({ region: environment.region, ...endpoint });
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const name = (Arn.split('/').at(-1) ?? '').replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return name.length < 2 ? 'keyroom-cli' : name;
};
