import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { SecretsManagerClient, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { ENV, incidentFunctionName } from '../../../lambda/incident/contract.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { deploy } from '../../../local/system/cdk.ts';
import { DEPLOY_KEY } from '../../../local/system/emulator.ts';
import { lambdaAsAdministrator } from './on-call.ts';

/** Sets the concurrency of the functions that send in the room otp; `undefined` sets none aside. */
export const setConcurrency = async (stage: Stage, concurrency: number | undefined): Promise<void> => {
  const functions = await lambdaAsAdministrator(stage);
  const { Environment } = await functions.send(
    new GetFunctionConfigurationCommand({ FunctionName: incidentFunctionName('local', 'otp') }),
  );
  for (const name of [ENV.sendFunction, ENV.retryFunction]) {
    const FunctionName = Environment?.Variables?.[name] ?? '';
    if (concurrency === undefined) await functions.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    else {
      await functions.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: concurrency }),
      );
    }
  }
};

/** What sets up: the key that deploys passes every policy, so nothing is proved by what it may do. */
const setUp = ({ state }: Stage) => ({
  region: state.region,
  endpoint: state.awsEndpointUrl,
  credentials: DEPLOY_KEY,
});

/** Sets or removes the frozen tag of the room otp's sending secret. */
export const tagSecret = async (stage: Stage, frozen: boolean): Promise<void> => {
  const client = new SecretsManagerClient(setUp(stage));
  const SecretId = stage.room('otp').secretArn;
  const Key = 'keyroom:frozen';
  if (frozen) await client.send(new TagResourceCommand({ SecretId, Tags: [{ Key, Value: 'true' }] }));
  else await client.send(new UntagResourceCommand({ SecretId, TagKeys: [Key] }));
};

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/**
 * Deploys a room's template with something changed in it, as another version of Keyroom would be, and says what
 * CloudFormation began to update and what the command line said.
 */
export const redeploy = async (stage: Stage, stackName: string) => {
  const changed = mkdtempSync(path.join(stage.cdk.runDirectory, 'changed-'));
  cpSync(path.join(stage.cdk.runDirectory, 'cdk.out'), path.join(changed, 'cdk.out'), { recursive: true });
  const file = (name: string): string => path.join(changed, 'cdk.out', name);
  const template = JSON.parse(readFileSync(file(`${stackName}.template.json`), 'utf8')) as Template;
  const mark = randomBytes(16).toString('hex');
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'Custom::KeyroomApps') Properties.deployment = mark;
    if (Type === 'AWS::Lambda::Function' && id.startsWith('Query')) Properties.Description = mark;
  }
  writeFileSync(file(`${stackName}.template.json`), JSON.stringify(template));
  // The template is uploaded under the hash of what it was; under another name it is uploaded again.
  const assets = readFileSync(file(`${stackName}.assets.json`), 'utf8');
  const [, hash = ''] = /"([0-9a-f]{64})":\s*\{[^}]*\.template\.json/.exec(assets) ?? [];
  for (const name of [`${stackName}.assets.json`, 'manifest.json']) {
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replaceAll(hash, mark.repeat(2)));
  }
  const began = Date.now();
  const output = await deploy({ ...stage.cdk, runDirectory: changed }, [stackName]).then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const client = new CloudFormationClient(setUp(stage));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const { StackEvents: all = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackName }));
  const begun = all.filter(
    ({ Timestamp, LogicalResourceId, ResourceStatus }) =>
      ResourceStatus === 'UPDATE_IN_PROGRESS' &&
      LogicalResourceId !== stackName &&
      (Timestamp?.getTime() ?? 0) >= began - 1000,
  );
  return {
    output,
    status: stack?.StackStatus,
    updated: [...new Set(begun.map(({ LogicalResourceId = '' }) => LogicalResourceId.replace(/[0-9A-F]{8}$/, '')))],
  };
};
