import { Template } from 'aws-cdk-lib/assertions';
import { LIST_PARAMETERS } from '../../../lambda/list-messages/contract.ts';
import { OPERATIONS } from '../../../lib/constructs/app-door.ts';
import { MAX_POLICY_BYTES, doorPolicy } from '../../../lib/constructs/door-policy.ts';
import { createStacks } from '../../../lib/environment-stacks.ts';
import { app, environment, room } from '../support/config.ts';
import { about, resource, resources, roleStatements, type Statement } from '../support/policy.ts';
import { createApp, otpRoom, productionTemplates, synthesize } from '../support/synth.ts';

const LOGIN = 'arn:aws:iam::111111111111:role/service/login';
const SUPPORT = 'arn:aws:iam::111111111111:role/keyroom-production-otp-app-support';

const api = (template = otpRoom()) => resource(template, 'AWS::ApiGateway::RestApi', /^AppDoor/).Properties;
const stage = () => resource(otpRoom(), 'AWS::ApiGateway::Stage', /^AppDoor/).Properties;
const statements = (template = otpRoom()) => (api(template).Policy as { Statement: Statement[] }).Statement;
const methods = () =>
  resources(otpRoom(), 'AWS::ApiGateway::Method', /^AppDoor/).map(([, { Properties }]) => Properties);

describe('AppDoor', () => {
  test('demands a signature on every method and has none for browsers', () => {
    expect(methods().map(({ HttpMethod, AuthorizationType }) => [HttpMethod, AuthorizationType])).toEqual([
      ['POST', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
      ['GET', 'AWS_IAM'],
    ]);
  });

  test("admits the apps' roles to four operations", () => {
    expect(statements().filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'AppsOfThisRoom',
        Effect: 'Allow',
        Principal: { AWS: [SUPPORT, LOGIN] },
        Action: 'execute-api:Invoke',
        Resource: [
          'execute-api:/live/GET/v1/messages',
          'execute-api:/live/GET/v1/messages/*',
          'execute-api:/live/GET/v1/usage',
          'execute-api:/live/POST/v1/messages',
        ],
      },
    ]);
  });

  test('denies everybody else, whatever their own policies allow', () => {
    expect(statements()).toContainEqual({
      Sid: 'NobodyElse',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [LOGIN, SUPPORT] } },
    });
  });

  test('denies other networks where networks are named', () => {
    expect(statements()).toContainEqual({
      Sid: 'OtherNetworks',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
    });
    expect(JSON.stringify(statements(productionTemplates().rooms['late-notices']))).not.toContain('SourceIp');
  });

  test('makes a role for an app without one, which may call this door and nothing else', () => {
    const role = resource(otpRoom(), 'AWS::IAM::Role', /^AppDoorAppsupport/).Properties;
    expect(role).toMatchObject({
      RoleName: 'keyroom-production-otp-app-support',
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111111111111:role/support-desk' } }],
      },
    });
    const rights = roleStatements(otpRoom(), /^AppDoorAppsupportRights/);
    expect(rights.map(({ Action }) => Action)).toEqual(['execute-api:Invoke']);
    expect(JSON.stringify(rights)).toMatch(/AppDoor[0-9A-F]{8}"},"\/live\/POST\/v1\/messages"/);
    expect(resources(otpRoom(), 'AWS::IAM::Role', /^AppDoorApp/)).toHaveLength(1);
  });

  test('waits for the roles that its policy names', () => {
    expect(resource(otpRoom(), 'AWS::ApiGateway::RestApi', /^AppDoor/).DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^AppDoorAppsupport[0-9A-F]{8}$/)]),
    );
  });

  test('has the models of the API description, and leaves the refusal of a body to the function, which has the better answer', () => {
    const models = resources(otpRoom(), 'AWS::ApiGateway::Model', /^AppDoor/).map(
      ([, { Properties }]) => Properties.Name,
    );
    expect(models).toEqual(['SendRequest', 'Message', 'DryRun', 'MessagePage', 'Usage', 'Problem']);
    expect(methods().map(({ RequestModels }) => RequestModels)).toEqual([
      { 'application/json': { Ref: expect.stringContaining('SendRequest') as unknown } },
      ...Array.from({ length: 3 }, () => undefined),
    ]);
    expect(methods().map((method) => 'RequestValidatorId' in method)).toEqual([false, true, true, true]);
  });

  test('says of every method what it takes beside a body, and demands nothing but the path', () => {
    expect(methods().map(({ RequestParameters }) => RequestParameters)).toEqual([
      { 'method.request.header.Idempotency-Key': false },
      Object.fromEntries(LIST_PARAMETERS.map((name) => [`method.request.querystring.${name}`, false])),
      { 'method.request.path.id': true },
      undefined,
    ]);
  });

  test('throttles, and writes neither bodies nor execution logs', () => {
    expect(stage().MethodSettings).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        DataTraceEnabled: false,
        LoggingLevel: 'OFF',
        ThrottlingRateLimit: 50,
        ThrottlingBurstLimit: 100,
      },
    ]);
    expect(stage().TracingEnabled).toBe(false);
    expect(stage()).not.toHaveProperty('CacheClusterEnabled');
  });

  test('logs who called what, without path, query or body', () => {
    const { Format } = stage().AccessLogSetting as { Format: string };
    const variables = Format.match(/\$context[\w.]*/g)!;
    expect(variables).toContain('$context.resourcePath');
    expect(variables.filter((name) => /\$context\.path|query|requestOverride|Body/i.test(name))).toEqual([]);
    const logGroup = resource(otpRoom(), 'AWS::Logs::LogGroup', /^AccessLog/).Properties;
    expect(logGroup).toHaveProperty('DataProtectionPolicy');
  });

  test("leaves the account's own settings alone", () => {
    otpRoom().resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  test('is named by an output without a slash at the end', () => {
    const { AppApiUrl: url } = otpRoom().findOutputs('AppApiUrl');
    expect(JSON.stringify(url)).toMatch(/\/live"\]\]/);
  });

  test('calls functions that only this door may call', () => {
    const permissions = resources(otpRoom(), 'AWS::Lambda::Permission', /^AppDoor/);
    expect(permissions).toHaveLength(4);
    for (const [, { Properties }] of permissions) {
      expect(JSON.stringify(Properties.SourceArn)).toMatch(
        /"\/(POST\/v1\/messages|GET\/v1\/messages|GET\/v1\/messages\/\*|GET\/v1\/usage)"/,
      );
    }
  });
});

describe('doorPolicy', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:iam::111111111111:role/app-${i}`);
  const policy = (count: number) => () => doorPolicy({ roleArns: many(count), operations: ['live/POST/v1/messages'] });

  test('fails when there are more apps than API Gateway takes, saying how much is too much', () => {
    expect(policy(80)).not.toThrow();
    expect(policy(100)).toThrow(
      /the door's policy must be at most 8192 bytes, got 8\d{3} for 100 apps; give some of the apps a room of their own/,
    );
  });

  test('is what counts, as a stack holds more apps than the policy does', () => {
    const fitting = (rooms: number) =>
      environment({
        rooms: {
          otp: room({ apps: Object.fromEntries(Array.from({ length: rooms }, (_, i) => [`a${i}`, app()])) }),
        },
      });
    let apps = 40;
    while (fits(fitting(apps + 1))) apps++;
    const { rooms } = createStacks(createApp(), fitting(apps));
    const { Resources } = Template.fromStack(rooms.otp!).toJSON() as { Resources: object };
    expect(Object.keys(Resources).length).toBeLessThan(500);
  });

  const fits = (config: ReturnType<typeof environment>): boolean => {
    const [shop] = Object.values(config.rooms);
    const roleArns = Object.keys(shop!.apps).map(
      (name) => `arn:aws:iam::111111111111:role/keyroom-test-otp-app-${name}`,
    );
    try {
      doorPolicy({ roleArns, operations: OPERATIONS });
      return true;
    } catch {
      return false;
    }
  };

  test('has a limit that is what AWS documents', () => {
    expect(MAX_POLICY_BYTES).toBe(8192);
  });

  test('refuses a room with too many apps at synth', () => {
    const apps = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`a${i}`, app()]));
    expect(() => synthesize(environment({ rooms: { otp: room({ apps }) } }))).toThrow("the door's policy must be");
  });
});

test('nobody but the apps is allowed by any statement', () => {
  for (const template of Object.values(productionTemplates().rooms)) {
    for (const statement of about(statements(template), 'execute-api:Invoke')) {
      if (statement.Effect === 'Allow') expect(JSON.stringify(statement.Principal)).not.toContain('*');
    }
  }
});
