import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deploy, destroy, synthesize } from '../../system/cdk.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../system/identities.ts';
import { asIdentity } from '../../system/sessions.ts';
import { sms } from '../messages.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

const otherLoopbackName = (url: string): string => url.replace('//127.0.0.1:', '//localhost:');

/** The policies that keep everybody out must not keep the deployment out: a room is updated, and a room is deleted. */
export const updateAndDelete = async (stage: Stage): Promise<void> => {
  const { report, cdk, state, session, room } = stage;
  await report.step('a changed room deploys, and goes on sending', async () => {
    const providerBaseUrls = Object.fromEntries(
      Object.entries(cdk.providerBaseUrls).map(([name, url]) => [name, otherLoopbackName(url)]),
    );
    await synthesize({ ...cdk, providerBaseUrls });
    await deploy(cdk, ['Keyroom-local-Otp']);
    const { status, body } = await post(stage, ['otp', 'checkout'], sms('After the update'));
    must(status === 202, `got ${status} ${String(body.type)}`);
  });
  await report.step('a room is deleted, its secrets with it', async () => {
    const secretId = room('notices').secretArn ?? '';
    await destroy(cdk, ['Keyroom-local-Notices']);
    const secrets = new SecretsManagerClient({
      region: state.region,
      endpoint: state.awsEndpointUrl,
      credentials: asIdentity(await session(ADMINISTRATOR_ROLE_ARN)),
    });
    const still = await secrets.send(new DescribeSecretCommand({ SecretId: secretId })).then(
      ({ DeletedDate }) => DeletedDate === undefined,
      () => false,
    );
    must(!still, 'the secret is still there');
  });
};
