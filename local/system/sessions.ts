import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { DEPLOY_KEY } from './emulator.ts';
import type { SessionCredentials } from './state-file.ts';

/**
 * A session of a role.
 *
 * @throws Error when the role may not be assumed.
 */
export const assumeRole = async (sts: STSClient, roleArn: string, sessionName: string): Promise<SessionCredentials> => {
  const { Credentials: credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
  );
  if (
    credentials?.AccessKeyId === undefined ||
    credentials.SecretAccessKey === undefined ||
    credentials.SessionToken === undefined
  ) {
    throw new Error(`no credentials came back for ${roleArn}`);
  }
  return refuseDeployKey({
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
    expiration: (credentials.Expiration ?? new Date(Date.now() + 3_600_000)).toISOString(),
  });
};

/**
 * Hands credentials on, unless they are the emulator's own key.
 *
 * The emulator lets that key past every policy, so a test or a story that used it would prove nothing.
 *
 * @throws Error for any root-like key.
 */
export const refuseDeployKey = <T extends { readonly accessKeyId: string }>(credentials: T): T => {
  if (credentials.accessKeyId === DEPLOY_KEY.accessKeyId || /^\d{12}$/.test(credentials.accessKeyId)) {
    throw new Error('the emulator lets this key past every policy: use a session of a role instead');
  }
  return credentials;
};

/** A session in the form that AWS clients and signers take. */
export const asIdentity = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: SessionCredentials) =>
  refuseDeployKey({ accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) });
