import { PRODUCTION } from '../../../lib/config/production.ts';
import { environment, room } from '../support/config.ts';
import {
  about,
  actionsOf,
  resource,
  resources,
  roleStatements,
  secretStatements,
  type Statement,
} from '../support/policy.ts';
import { otpRoom, productionTemplates, synthesize } from '../support/synth.ts';

const OPERATOR = 'arn:aws:iam::111111111111:role/on-call';
const COMMANDERS = ['approver', 'on-call'].map(
  (name) => `arn:aws:iam::111111111111:role/keyroom-production-otp-${name}`,
);
const FROZEN = 'keyroom:frozen';

const statements = () =>
  (resource(otpRoom(), 'AWS::ApiGateway::RestApi', /^IncidentDoor/).Properties.Policy as { Statement: Statement[] })
    .Statement;
const rolesRights = (id: RegExp) => roleStatements(otpRoom(), id);

describe('OperatorDoor', () => {
  test('demands a signature on every method, and knows no others', () => {
    const methods = resources(otpRoom(), 'AWS::ApiGateway::Method', /^IncidentDoor/).map(([, { Properties }]) => [
      Properties.HttpMethod,
      Properties.AuthorizationType,
    ]);
    expect(methods).toEqual([
      ['POST', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
    ]);
  });

  test("admits the room's own two roles and denies everybody else, from any network", () => {
    expect(statements()).toEqual([
      expect.objectContaining({ Sid: 'OnCallOfThisRoom', Effect: 'Allow' }),
      {
        Sid: 'NobodyElse',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': expect.arrayContaining(COMMANDERS) as unknown } },
      },
    ]);
  });

  test('is not there where nobody is named, nor is anything behind it', () => {
    const template = synthesize(environment()).rooms.otp!;
    expect(resources(template, 'AWS::ApiGateway::RestApi', /^Incident/)).toEqual([]);
    expect(resources(template, 'AWS::Lambda::Function', /^Incident/)).toEqual([]);
    expect(Object.keys(template.findOutputs('OperatorApiUrl'))).toEqual([]);
  });

  test('the on-call role may call the door and look at figures, and nothing else in the account', () => {
    for (const id of [/^IncidentOnCallRights/, /^IncidentApproverRights/]) {
      expect([...new Set(rolesRights(id).flatMap(actionsOf))].sort()).toEqual([
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetDashboard',
        'cloudwatch:GetMetricData',
        'execute-api:Invoke',
      ]);
    }
  });

  test('a room without approvers has one role for the door', () => {
    const template = synthesize(environment({ rooms: { otp: room({ responders: [OPERATOR] }) } })).rooms.otp!;
    const names = resources(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) => Properties.RoleName ?? []);
    expect(names).toContain('keyroom-test-otp-on-call');
    expect(names).not.toContain('keyroom-test-otp-approver');
  });
});

describe('IncidentFunction', () => {
  const rights = () => rolesRights(/^IncidentFunctionRole/);

  test('is outside the network that it brakes', () => {
    expect(resource(otpRoom(), 'AWS::Lambda::Function', /^IncidentFunction/).Properties).not.toHaveProperty(
      'VpcConfig',
    );
  });

  test('may set and remove one tag on the sending secret, and read neither secret', () => {
    const tags = ['secretsmanager:TagResource', 'secretsmanager:UntagResource'];
    const [own] = about(rights(), tags[0]!);
    expect(own).toMatchObject({
      Action: tags,
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': [FROZEN] }, Null: { 'aws:TagKeys': 'false' } },
    });
    expect(
      rights()
        .flatMap(actionsOf)
        .filter((action) => /GetSecretValue|Decrypt.*secret/i.test(action)),
    ).toEqual([]);
  });

  test('is the only one beside the break-glass role that the secret lets touch that tag', () => {
    const taggers = (id: RegExp) =>
      secretStatements(otpRoom(), id).find(({ Sid }) => Sid === 'FrozenTagIsNotForDeployments')?.Condition
        ?.ArnNotEquals?.['aws:PrincipalArn'];
    expect(taggers(/^ProviderKeySendingPolicy/)).toEqual([
      PRODUCTION.breakGlassRoleArn,
      { 'Fn::GetAtt': [expect.stringMatching(/^IncidentFunctionRole/), 'Arn'] },
    ]);
    expect(taggers(/^ProviderKeyManagingPolicy/)).toEqual([PRODUCTION.breakGlassRoleArn]);
  });

  test('may stop the two functions that call the provider, and the sources of the second one, and nothing else', () => {
    const [concurrency] = about(rights(), 'lambda:PutFunctionConcurrency');
    expect(concurrency?.Resource).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^Retry[0-9A-F]{8}$/), 'Arn'] },
      { 'Fn::GetAtt': [expect.stringMatching(/^Send[0-9A-F]{8}$/), 'Arn'] },
    ]);
    const [sources] = about(rights(), 'lambda:UpdateEventSourceMapping');
    expect(sources?.Resource).toHaveLength(2);
    expect(sources?.Condition).toHaveProperty('ArnEqualsIfExists');
    expect(
      new Set(
        rights()
          .flatMap(actionsOf)
          .filter((action) => action.startsWith('lambda:')),
      ),
    ).toEqual(
      new Set([
        'lambda:DeleteFunctionConcurrency',
        'lambda:GetFunctionConcurrency',
        'lambda:PutFunctionConcurrency',
        'lambda:GetEventSourceMapping',
        'lambda:UpdateEventSourceMapping',
        'lambda:InvokeFunction',
      ]),
    );
  });

  test('reads no message: it is held to the parts of the ledger that it works on', () => {
    const parts = rights()
      .filter((statement) => actionsOf(statement).some((action) => /dynamodb:(Get|Put|Update|Delete)/.test(action)))
      .map(({ Condition }) => (Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as string[])[0]);
    expect(parts.sort()).toEqual(['action#*', 'app#*', 'job#*', 'room#*']);
  });

  test('is told what the template sets aside for the functions, and nothing where it sets nothing aside', () => {
    const { Variables } = resource(otpRoom(), 'AWS::Lambda::Function', /^IncidentFunction/).Properties.Environment as {
      Variables: Record<string, unknown>;
    };
    expect(Variables).not.toHaveProperty('SEND_CONCURRENCY');
    expect(JSON.stringify(Variables.RETRY_SOURCES)).toMatch(/RetryOtp.*RetryRest/);
  });
});

describe('a deployment of a frozen room', () => {
  const template = () => otpRoom().toJSON() as { Resources: Record<string, { Type: string; DependsOn?: string[] }> };

  test('is asked about first: everything waits for that but what the question itself needs', () => {
    const [[gate]] = resources(otpRoom(), 'Custom::KeyroomApps') as [[string, unknown]];
    const free = Object.entries(template().Resources)
      .filter(([id, { DependsOn = [] }]) => id !== gate && !DependsOn.includes(gate))
      .map(([id]) => id);
    expect(free.filter((id) => !/^(Apps|DataKey|Ledger|CDKMetadata)/.test(id))).toEqual([]);
  });

  test('is asked about whenever anything is different, and not when nothing is', () => {
    const deployment = (of: typeof PRODUCTION) =>
      resource(synthesize(of).rooms['late-notices']!, 'Custom::KeyroomApps').Properties.deployment;
    const again = resource(productionTemplates().rooms['late-notices']!, 'Custom::KeyroomApps').Properties.deployment;
    expect(deployment(PRODUCTION)).toBe(again);
    const { 'late-notices': notices, ...rooms } = PRODUCTION.rooms;
    for (const other of [
      { ...PRODUCTION, tags: { ...PRODUCTION.tags, team: 'another' } },
      { ...PRODUCTION, rooms: { ...rooms, 'late-notices': { ...notices!, alarms: { messagesPerMinuteCeiling: 7 } } } },
    ]) {
      expect(deployment(other)).not.toBe(again);
    }
  });
});
