import { app, environment, room } from '../support/config.ts';
import { about, resource, resources, roleStatements, type Statement } from '../support/policy.ts';
import { otpRoom, productionTemplates, synthesize } from '../support/synth.ts';

const door = (type: string, template = otpRoom()) => resource(template, type, /^AppKeysDoor/).Properties;
const methods = (template = otpRoom()) =>
  resources(template, 'AWS::ApiGateway::Method', /^AppKeysDoor/).map(([, { Properties }]) => Properties);
const withKeys = (callerNetworks?: string[]) =>
  synthesize(
    environment({
      rooms: {
        otp: room({
          apps: { shop: app({ identity: { keys: { scopes: ['messages:send'] } } }) },
          ...(callerNetworks && { callerNetworks }),
        }),
      },
    }),
  ).rooms.otp!;

describe('KeyDoor', () => {
  test('has the same operations as the other door, each with the authorizer', () => {
    const operations = (prefix: RegExp) =>
      resources(otpRoom(), 'AWS::ApiGateway::Method', prefix).map(([, { Properties }]) => Properties.HttpMethod);
    expect(operations(/^AppKeysDoor/)).toEqual(operations(/^AppDoor/));
    for (const method of methods()) {
      expect(method).toMatchObject({
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: expect.stringMatching(/^AppKeysDoorAuthorizer/) as unknown },
      });
    }
  });

  test('keeps no answer of the authorizer, and asks it whatever headers there are', () => {
    const authorizer = door('AWS::ApiGateway::Authorizer');
    expect(authorizer).toMatchObject({ Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 });
    expect(authorizer).not.toHaveProperty('IdentitySource');
    expect(door('AWS::ApiGateway::Stage')).not.toHaveProperty('CacheClusterEnabled');
  });

  test('refuses other networks before the authorizer is asked, and allows nobody by its policy', () => {
    const { Statement } = door('AWS::ApiGateway::RestApi').Policy as { Statement: Statement[] };
    expect(Statement).toEqual([
      {
        Sid: 'OtherNetworks',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
      },
    ]);
    expect(door('AWS::ApiGateway::RestApi', withKeys())).not.toHaveProperty('Policy');
  });

  test('has a stage of its own, by which the functions know it', () => {
    expect(door('AWS::ApiGateway::Stage').StageName).toBe('keyed');
    expect(resource(otpRoom(), 'AWS::ApiGateway::Stage', /^AppDoor/).Properties.StageName).toBe('live');
    expect(JSON.stringify(otpRoom().findOutputs('KeyApiUrl'))).toMatch(/\/keyed"\]\]/);
  });

  test('logs the app and the name of the key, never the key', () => {
    const { Format } = door('AWS::ApiGateway::Stage').AccessLogSetting as { Format: string };
    expect(Format).toContain('$context.authorizer.principalId');
    expect(Format).not.toMatch(/header|authorizationToken|apiKey"/i);
  });

  test('is there only where an app has keys, and then the other only where an app signs', () => {
    const apis = (template: ReturnType<typeof otpRoom>) =>
      resources(template, 'AWS::ApiGateway::RestApi').map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(apis(otpRoom())).toEqual(expect.arrayContaining(['AppDoor', 'AppKeysDoor']));
    expect(apis(productionTemplates().rooms['late-notices']!)).toEqual(['AppDoor', 'IncidentDoor']);
    expect(apis(withKeys())).toEqual(['AppKeysDoor']);
    expect(resources(productionTemplates().rooms['late-notices']!, 'AWS::Lambda::Function', /AppKeys/)).toEqual([]);
  });
});

describe('who may do what with app keys', () => {
  const rights = (id: RegExp, template = otpRoom()) =>
    roleStatements(template, id)
      .filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'))
      .map(({ Action, Condition }) => [Action, Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']]);

  test('what checks keys reads them, and can neither make nor change one', () => {
    expect(rights(/^AppKeysAuthorizerRoleRights/)).toEqual([
      ['dynamodb:GetItem', ['appkey#*']],
      ['dynamodb:UpdateItem', ['appkeyuse#*']],
    ]);
  });

  test('only the function that issues keys writes them', () => {
    expect(rights(/^AppKeysIssuingRoleRights/)).toEqual([
      [['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], ['appkey#*']],
      [['dynamodb:GetItem', 'dynamodb:PutItem'], ['appkeys#*']],
      ['dynamodb:GetItem', ['appkeyuse#*']],
    ]);
    const others = resources(otpRoom(), 'AWS::IAM::ManagedPolicy').filter(
      ([id, { Properties }]) => !id.startsWith('AppKeys') && JSON.stringify(Properties).includes('appkey'),
    );
    expect(others).toEqual([]);
  });

  test('both are inside the network, as the pepper is read through its endpoint only', () => {
    const functions = resources(otpRoom(), 'AWS::Lambda::Function', /^AppKeys/);
    expect(functions).toHaveLength(2);
    for (const [, { Properties }] of functions) expect(Properties).toHaveProperty('VpcConfig');
  });

  test('issuers may call one function, and nothing else', () => {
    const statements = roleStatements(otpRoom(), /^AppKeysIssuerRights/);
    expect(about(statements, 'lambda:InvokeFunction')).toHaveLength(1);
    expect(statements).toHaveLength(1);
    expect(JSON.stringify(statements)).toContain('AppKeysIssuing');
    expect(resource(otpRoom(), 'AWS::IAM::Role', /^AppKeysIssuer[0-9A-F]{8}$/).Properties).toMatchObject({
      RoleName: 'keyroom-production-otp-issuer',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Principal: {
              AWS: [
                'arn:aws:iam::111111111111:role/messaging-engineer',
                'arn:aws:iam::111111111111:role/messaging-on-call',
              ],
            },
          },
        ],
      },
    });
    expect(resources(withKeys(), 'AWS::IAM::Role', /Issuer/)).toEqual([]);
  });

  test('keys that end soon are counted twice in the day that the alarm looks at', () => {
    const [, { Properties: rule }] = resources(otpRoom(), 'AWS::Events::Rule', /^AppKeys/)[0]!;
    expect(rule.ScheduleExpression).toBe('rate(12 hours)');
    expect(JSON.stringify(rule.Targets)).toContain('check');
    const { Metrics } = resource(otpRoom(), 'AWS::CloudWatch::Alarm', /AppKeyExpiring/).Properties;
    expect(JSON.stringify(Metrics)).toContain('AppKeysExpiring');
    expect(JSON.stringify(Metrics)).toContain('"Period":86400');
  });
});
