import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNT, REGION } from './emulator.ts';

/** A role with every right its account can give: what a real administrator has, and what the room must refuse. */
export const ADMINISTRATOR_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/administrator`;

/** The role CloudFormation works with in a bootstrapped account: the rooms' deployment role. */
export const DEPLOYMENT_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`;

/** The role of whoever carries the pager: it reads the queue that pages arrive in. */
export const PAGER_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/pager`;

interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const allow = (...grants: readonly Grant[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: grants.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })),
  });

const TRUST_ACCOUNT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }],
});

const createRole = async (iam: IAMClient, arn: string, ...grants: readonly Grant[]): Promise<void> => {
  const RoleName = arn.split('/').at(-1);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST_ACCOUNT }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'what-it-may', PolicyDocument: allow(...grants) }));
};

/** Creates the roles of people outside the rooms: an administrator that they must refuse, and who carries the pager. */
export const createBystanders = async (iam: IAMClient): Promise<void> => {
  await createRole(iam, ADMINISTRATOR_ROLE_ARN, { actions: ['*'], resources: ['*'] });
  await createRole(
    iam,
    PAGER_ROLE_ARN,
    { actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], resources: [`arn:aws:sqs:*:${ACCOUNT}:Keyroom-*`] },
    { actions: ['kms:Decrypt'], resources: ['*'] },
  );
};

/** Creates the platform engineer: an IAM user that may assume the roles of this system, and nothing else by itself. */
export const createPlatformEngineer = async (
  iam: IAMClient,
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> => {
  const UserName = 'platform-engineer';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'assume-keyroom-roles',
      PolicyDocument: allow({
        actions: ['sts:AssumeRole'],
        resources: [`arn:aws:iam::${ACCOUNT}:role/keyroom-*`, ADMINISTRATOR_ROLE_ARN, PAGER_ROLE_ARN],
      }),
    }),
  );
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (key?.AccessKeyId === undefined || key.SecretAccessKey === undefined) throw new Error('no access key came back');
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
};
