import {
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createAppClient } from '../../system/app-client.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../system/identities.ts';
import { asIdentity } from '../../system/sessions.ts';
import type { SessionCredentials } from '../../system/state-file.ts';
import { sms } from '../messages.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

const isDenied = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return false;
  } catch (error) {
    return error instanceof Error && error.name.startsWith('AccessDenied');
  }
};

/** Nobody but the room reads the key, nobody but its deployment changes its policy, nobody but its apps get in. */
export const tryTheGuards = async (stage: Stage): Promise<void> => {
  const { report, state, session, deploymentSession, room } = stage;
  const secretId = room('otp').secretArn ?? '';
  const as = (credentials: SessionCredentials) =>
    new SecretsManagerClient({
      region: state.region,
      endpoint: state.awsEndpointUrl,
      credentials: asIdentity(credentials),
    });
  const read = (client: SecretsManagerClient) =>
    client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }));
  const administrator = as(await session(ADMINISTRATOR_ROLE_ARN));
  const deployment = as(await deploymentSession());

  await report.step('an administrator, an app and the deployment role are refused the key', async () => {
    const checkout = room('otp').apps.checkout;
    must(checkout !== undefined, 'there is no app checkout');
    must(await isDenied(read(administrator)), 'the administrator read the key');
    must(await isDenied(read(as(checkout))), 'an app read the key');
    must(await isDenied(read(deployment)), 'the deployment role read the key');
  });
  await report.step("only the deployment role may change the secret's policy", async () => {
    const { ResourcePolicy: policy } = await deployment.send(new GetResourcePolicyCommand({ SecretId: secretId }));
    const put = (client: SecretsManagerClient) =>
      client.send(new PutResourcePolicyCommand({ SecretId: secretId, ResourcePolicy: policy }));
    must(await isDenied(put(administrator)), 'the administrator changed the policy');
    await put(deployment);
  });
  await report.step('an unsigned, a foreign and a browser caller get 403', async () => {
    const body = JSON.stringify(sms());
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'nobody' };
    const unsigned = await fetch(`${room('otp').apiUrl}/v1/messages`, { method: 'POST', body, headers });
    must(unsigned.status === 403, `unsigned: ${unsigned.status}`);
    const stranger = room('notices').apps.shipping;
    must(stranger !== undefined, 'there is no app shipping');
    const foreign = await createAppClient(
      room('otp').apiUrl,
      stranger,
    )({ method: 'POST', path: '/v1/messages', body, headers });
    must(foreign.status === 403, `foreign: ${foreign.status}`);
    const browser = await post(stage, ['otp', 'checkout'], body, { headers: { origin: 'https://shop.example' } });
    must(browser.body.type === 'urn:keyroom:problem:browser-caller', `browser: ${browser.status}`);
  });
};
