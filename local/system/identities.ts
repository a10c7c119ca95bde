import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNT } from './emulator.ts';

/** A role with every right its account can give: what a real administrator has, and what the room must refuse. */
export const ADMINISTRATOR_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/administrator`;

/** The role CloudFormation works with in a bootstrapped account: the room's deployment role. */
export const DEPLOYMENT_ROLE_NAME = 'cdk-hnb659fds-cfn-exec-role';

const allow = (action: string, resource: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] });

const TRUST_ACCOUNT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }],
});

/** Creates the administrator that the room must refuse. */
export const createAdministrator = async (iam: IAMClient): Promise<void> => {
  await iam.send(new CreateRoleCommand({ RoleName: 'administrator', AssumeRolePolicyDocument: TRUST_ACCOUNT }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'administrator', PolicyName: 'everything', PolicyDocument: allow('*', '*') }),
  );
};

/** Creates the platform engineer: an IAM user that may assume Keyroom's roles, and nothing else by itself. */
export const createPlatformEngineer = async (
  iam: IAMClient,
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> => {
  const UserName = 'platform-engineer';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'assume-keyroom-roles',
      PolicyDocument: allow('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/keyroom-*`),
    }),
  );
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (key?.AccessKeyId === undefined || key.SecretAccessKey === undefined) throw new Error('no access key came back');
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
};
