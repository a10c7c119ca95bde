import { randomUUID } from 'node:crypto';
import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENV, incidentFunctionName, type JobReport } from '../../../lambda/incident/contract.ts';
import { createDynamoDb } from '../../../lambda/shared/aws/dynamodb.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { createAppClient } from '../../../local/system/app-client.ts';
import { ACCOUNT } from '../../../local/system/emulator.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../../local/system/identities.ts';
import { asIdentity } from '../../../local/system/sessions.ts';
import type { CliResult } from '../../../local/demo/stage.ts';
import { asAdministrator } from './administrator.ts';

export const onCallRoleArn = (room: string): string => `arn:aws:iam::${ACCOUNT}:role/keyroom-local-${room}-on-call`;

/** The job that a command with `--json` followed. */
export const jobOf = ({ stdout }: CliResult): JobReport =>
  (JSON.parse(stdout) as { readonly figures: { readonly job: JobReport } }).figures.job;

/** Calls a room's operator door, signed as its on-call role. */
export const atOperatorDoor = async (stage: Stage, room: string, body: object, key: string = randomUUID()) => {
  const door = createAppClient(stage.room(room).operatorApiUrl ?? '', await stage.session(onCallRoleArn(room)));
  return door({
    method: 'POST',
    path: '/v1/jobs',
    body: JSON.stringify(body),
    headers: { 'idempotency-key': key },
  });
};

/** A client of Lambda as somebody who may do almost anything in the account. */
export const lambdaAsAdministrator = async (stage: Stage): Promise<LambdaClient> =>
  new LambdaClient({
    region: stage.state.region,
    endpoint: stage.state.awsEndpointUrl,
    credentials: asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN)),
  });

/** Whether each layer of a room's freeze holds, as AWS says and not as the room does. */
export const layersOf = async (stage: Stage, room: string, apps: readonly string[]) => {
  const functions = await lambdaAsAdministrator(stage);
  const { Environment } = await functions.send(
    new GetFunctionConfigurationCommand({ FunctionName: incidentFunctionName('local', room) }),
  );
  const variable = (name: string): string => Environment?.Variables?.[name] ?? '';
  const concurrency = async (name: string) =>
    (await functions.send(new GetFunctionConcurrencyCommand({ FunctionName: variable(name) })))
      .ReservedConcurrentExecutions;
  const source = async (UUID: string) => (await functions.send(new GetEventSourceMappingCommand({ UUID }))).State;
  const secrets = new SecretsManagerClient({
    region: stage.state.region,
    endpoint: stage.state.awsEndpointUrl,
    credentials: asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN)),
  });
  const SecretId = stage.room(room).secretArn;
  const { Tags = [] } = SecretId === undefined ? {} : await secrets.send(new DescribeSecretCommand({ SecretId }));
  const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room(room).tableName });
  return {
    flags: await Promise.all(apps.map(async (app) => (await table.getItem(`app#${app}`))?.frozen)),
    concurrency: await Promise.all([ENV.sendFunction, ENV.retryFunction].map(concurrency)),
    sources: await Promise.all(variable(ENV.retrySources).split(',').map(source)),
    tags: Tags.filter(({ Key }) => Key === 'keyroom:frozen').map(({ Value }) => Value),
  };
};
