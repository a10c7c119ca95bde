import {
  BatchGetSecretValueCommand,
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, DEPLOY_KEY } from '../../local/system/emulator.ts';
import { ADMINISTRATOR_ROLE_ARN, DEPLOYMENT_ROLE_ARN } from '../../local/system/identities.ts';
import { asIdentity, refuseDeployKey } from '../../local/system/sessions.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

describe('who may do what with the secret', () => {
  const stage = openStage();
  const secretId = stage.room('otp').secretArn ?? '';
  const inbox = 'keyroom/local/otp/inbox';
  beforeAll(() => importOnce(stage));

  const as = async (arn: string) =>
    new SecretsManagerClient({
      region: stage.state.region,
      endpoint: stage.state.awsEndpointUrl,
      credentials: asIdentity(await (arn === DEPLOYMENT_ROLE_ARN ? stage.deploymentSession() : stage.session(arn))),
    });
  const PRINCIPALS = [
    ['an administrator', ADMINISTRATOR_ROLE_ARN],
    ['the deployment role', DEPLOYMENT_ROLE_ARN],
    ['an app', roleArn('keyroom-local-otp-app-checkout')],
    ['an importer', roleArn('keyroom-local-otp-importer')],
  ] as const;

  test.each(PRINCIPALS)('%s is refused the value', async (_, arn) => {
    const client = await as(arn);
    for (const VersionStage of ['AWSCURRENT', 'AWSPREVIOUS', undefined]) {
      await expect(client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage }))).rejects.toThrow(
        expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) as string }) as Error,
      );
    }
  });

  test.each(PRINCIPALS)('%s is refused a batch read, a write and a move of stages', async (_, arn) => {
    const client = await as(arn);
    const denied = expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) as string }) as Error;
    const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: [secretId] })).then(
      ({ SecretValues = [] }) => SecretValues.length,
      () => 0,
    );
    expect(batch).toBe(0);
    await expect(client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: 'x' }))).rejects.toThrow(
      denied,
    );
    await expect(
      client.send(new UpdateSecretVersionStageCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' })),
    ).rejects.toThrow(denied);
  });

  test('an administrator cannot remove the policy, but may see that the secret exists', async () => {
    const client = await as(ADMINISTRATOR_ROLE_ARN);
    await expect(client.send(new DeleteResourcePolicyCommand({ SecretId: secretId }))).rejects.toThrow(
      expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) as string }) as Error,
    );
    await expect(client.send(new DescribeSecretCommand({ SecretId: secretId }))).resolves.toMatchObject({
      ARN: secretId,
    });
  });

  test('an importer may write to the inbox and may not read it back', async () => {
    const client = await as(roleArn('keyroom-local-otp-importer'));
    await client.send(new PutSecretValueCommand({ SecretId: inbox, SecretString: '{}' }));
    await expect(
      client.send(new GetSecretValueCommand({ SecretId: inbox, VersionStage: 'AWSCURRENT' })),
    ).rejects.toThrow(expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) as string }) as Error);
  });

  test("fails when a test would act with the emulator's own key, which passes every policy", () => {
    expect(() => refuseDeployKey(DEPLOY_KEY)).toThrow('past every policy');
    expect(() => refuseDeployKey({ accessKeyId: '000000000000' })).toThrow('past every policy');
  });
});
