import type { AlarmChange, TrailRecord, WatchedEvent } from '../../../../lambda/witness/trail-event.ts';

const ACCOUNT = '111111111111';
export const ENDPOINT = 'vpce-0123456789abcdef0';
export const DEPLOYMENT_ROLE = `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-eu-central-1`;
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const secretArn = (kind: string): string =>
  `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:keyroom/test/alerts/${kind}-gscOm8`;

type Identity = NonNullable<TrailRecord['userIdentity']>;

/** A session of a role, as CloudTrail records it. */
export const sessionOf = (role: string, session = 'session'): Identity => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
  sessionContext: { sessionIssuer: { arn: roleArn(role) } },
});

export const user = (name: string): Identity => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
});

let ids = 0;

/**
 * A call with the fields, and in the form, that published recordings of real attacks have.
 *
 * `GetSecretValue`, allowed or not:
 * https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.secretsmanager-retrieve-secrets/
 * `UpdateFunctionCode20150331v2`, which names the function by its ARN:
 * https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.lambda-overwrite-code/
 */
export const recorded = (rest: Partial<TrailRecord>): TrailRecord => ({
  eventID: `event-${++ids}`,
  eventTime: '2026-11-24T12:00:00Z',
  eventName: 'GetSecretValue',
  eventSource: 'secretsmanager.amazonaws.com',
  sourceIPAddress: '203.0.113.66',
  requestParameters: { secretId: secretArn('sending'), versionStage: 'AWSCURRENT' },
  userIdentity: sessionOf('administrator', 'mallory'),
  ...rest,
});

/** What AWS says of a call that it refused. */
export const REFUSED: Partial<TrailRecord> = {
  errorCode: 'AccessDenied',
  errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/administrator/mallory is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secretArn('sending')} with an explicit deny in a resource-based policy`,
};

/** A call that CloudFormation makes for the role of a deployment. */
export const byDeployment: Partial<TrailRecord> = {
  userIdentity: {
    ...sessionOf(DEPLOYMENT_ROLE.slice(DEPLOYMENT_ROLE.indexOf('cdk-')), 'AWSCloudFormation'),
    invokedBy: 'cloudformation.amazonaws.com',
  },
  sourceIPAddress: 'cloudformation.amazonaws.com',
};

export const codeChanged: Partial<TrailRecord> = {
  eventSource: 'lambda.amazonaws.com',
  eventName: 'UpdateFunctionCode20150331v2',
  requestParameters: {
    dryRun: false,
    functionName: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:Keyroom-test-Alerts-Send`,
    publish: false,
  },
};

export const trailEvent = (detail: TrailRecord): WatchedEvent => ({
  'detail-type': 'AWS API Call via CloudTrail',
  detail,
});

export const alarmEvent = (detail: AlarmChange, id = 'alarm-1'): WatchedEvent => ({
  'detail-type': 'CloudWatch Alarm State Change',
  id,
  detail,
});
