import { environment, room } from '../support/config.ts';
import { about, resource, resources, roleStatements, secretStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const door = (type: string, template = otpRoom()) => resource(template, type, /^ReceiptsDoor/).Properties;
const without = () => synthesize(environment({ rooms: { otp: room() } })).rooms.otp!;

describe('ReceiptDoor', () => {
  test('is two operations that everybody may call, from every network', () => {
    const methods = resources(otpRoom(), 'AWS::ApiGateway::Method', /^ReceiptsDoor/);
    expect(methods.map(([, { Properties }]) => [Properties.HttpMethod, Properties.AuthorizationType])).toEqual([
      ['POST', 'NONE'],
      ['POST', 'NONE'],
    ]);
    expect(door('AWS::ApiGateway::RestApi')).not.toHaveProperty('Policy');
    const paths = resources(otpRoom(), 'AWS::ApiGateway::Resource', /^ReceiptsDoor/);
    expect(paths.map(([, { Properties }]) => Properties.PathPart)).toEqual([
      'v1',
      'receipts',
      '{path}',
      'inbound',
      '{path}',
    ]);
  });

  test('never logs the path of a receipt, which is all that it takes to give one', () => {
    const { AccessLogSetting, MethodSettings } = door('AWS::ApiGateway::Stage') as {
      AccessLogSetting: { Format: string };
      MethodSettings: unknown[];
    };
    expect(AccessLogSetting.Format).toContain('$context.resourcePath');
    expect(AccessLogSetting.Format).not.toMatch(/\$context\.path|requestOverride|querystring|body/i);
    expect(MethodSettings).toEqual([expect.objectContaining({ LoggingLevel: 'OFF', DataTraceEnabled: false })]);
  });

  test('is throttled at three receipts per message, and behind the firewall that bounds bodies', () => {
    expect(door('AWS::ApiGateway::Stage').MethodSettings).toEqual([
      expect.objectContaining({ ThrottlingRateLimit: 150, ThrottlingBurstLimit: 300 }),
    ]);
    expect(door('AWS::WAFv2::WebACLAssociation').WebACLArn).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Firewall/), 'Arn'],
    });
  });

  test('is told to the functions that send, as the address that is an output', () => {
    const url = (name: RegExp, template = otpRoom()) =>
      (
        resource(template, 'AWS::Lambda::Function', name).Properties.Environment as {
          Variables: Record<string, unknown>;
        }
      ).Variables.RECEIPT_URL;
    const { Value } = Object.values(otpRoom().findOutputs('ReceiptApiUrl'))[0] as { Value: unknown };
    const asText = (value: unknown) => (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
    for (const name of [/^Send[0-9A-F]{8}$/, /^Retry[0-9A-F]{8}$/]) {
      expect(asText(url(name))).toEqual([...asText(Value).slice(0, -1), `${String(asText(Value).at(-1))}/v1/receipts`]);
    }
    expect(url(/^Send[0-9A-F]{8}$/, without())).toBeUndefined();
  });

  test('is there only where the configuration wants it', () => {
    expect(resources(without(), 'AWS::ApiGateway::RestApi', /^Receipts/)).toEqual([]);
    expect(resources(without(), 'AWS::Lambda::Function', /^Receipts/)).toEqual([]);
    expect(without().findOutputs('ReceiptApiUrl')).toEqual({});
  });
});

describe('the function of receipts', () => {
  test('holds nothing worth taking: no secret, no queue, no way to the provider or to a function', () => {
    const statements = roleStatements(otpRoom(), /^ReceiptsTakingRole/);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^(logs|dynamodb|kms):/.test(action))).toEqual([]);
    expect(about(statements, 'dynamodb:UpdateItem')).toEqual([
      expect.objectContaining({
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['message#*'] } },
      }),
    ]);
    const { Properties } = resource(otpRoom(), 'AWS::Lambda::Function', /^ReceiptsTaking[0-9A-F]{8}$/);
    expect(Properties).not.toHaveProperty('VpcConfig');
    expect(Object.keys((Properties.Environment as { Variables: object }).Variables).sort()).toEqual([
      'KEYROOM_PROVIDER',
      'KEYROOM_ROOM',
      'LEDGER_TABLE',
    ]);
  });
});

describe('where the provider signs', () => {
  const signed = () =>
    synthesize(
      environment({
        rooms: {
          otp: room({
            provider: 'twilio',
            receipts: 'signed',
            keyImporters: ['arn:aws:iam::111111111111:role/importer'],
          }),
        },
      }),
    ).rooms.otp!;

  test('the function reads one secret, through the endpoint, and no other', () => {
    const about = (action: string) =>
      roleStatements(signed(), /^ReceiptsCheckingRole/).filter((statement) => statement.Action === action);
    expect(about('secretsmanager:GetSecretValue')).toEqual([
      expect.objectContaining({
        Resource: { Ref: expect.stringMatching(/^ReceiptsKeySecret/) as unknown },
        Condition: { StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] } },
      }),
    ]);
    const actions = roleStatements(signed(), /^ReceiptsCheckingRole/).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^(logs|dynamodb|kms|ec2):/.test(action))).toEqual([
      'secretsmanager:GetSecretValue',
    ]);
    const { Properties } = resource(signed(), 'AWS::Lambda::Function', /^ReceiptsChecking[0-9A-F]{8}$/);
    expect(Properties).toHaveProperty('VpcConfig');
    expect((Properties.Environment as { Variables: object }).Variables).toHaveProperty('RECEIPTS_SECRET_ARN');
  });

  test('the secret is empty, bears the name that people type, and nobody reads it but that function', () => {
    const secret = resource(signed(), 'AWS::SecretsManager::Secret', /^ReceiptsKeySecret/).Properties;
    expect(secret).toMatchObject({ Name: 'keyroom/test/otp/receipts' });
    expect(secret).not.toHaveProperty('GenerateSecretString');
    const denied = secretStatements(signed(), /^ReceiptsKeySecret/).filter(({ Effect }) => Effect === 'Deny');
    const readers = denied.find(({ Action, Condition }) => {
      return (
        [Action].flat().includes('secretsmanager:GetSecretValue') && JSON.stringify(Condition).includes('PrincipalArn')
      );
    });
    expect(JSON.stringify(readers?.Condition)).toContain('ReceiptsCheckingRole');
    expect(JSON.stringify(readers?.Condition)).not.toMatch(/Send|Retry|RotateKey|Importer/);
  });

  test('importers put it in, and read nothing', () => {
    const rights = roleStatements(signed(), /^Importer/).filter(({ Resource }) =>
      JSON.stringify(Resource).includes('ReceiptsKeySecret'),
    );
    expect(rights.map(({ Action }) => Action)).toEqual(['secretsmanager:PutSecretValue']);
  });

  test('no other function reads it, and without it there is no such secret', () => {
    const readers = resources(signed(), 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) => {
      const text = JSON.stringify(Properties.PolicyDocument);
      return text.includes('ReceiptsKeySecret') && text.includes('GetSecretValue');
    });
    expect(readers.map(([id]) => id)).toEqual([expect.stringMatching(/^ReceiptsChecking/)]);
    expect(resources(otpRoom(), 'AWS::SecretsManager::Secret', /^Receipts/)).toEqual([]);
  });
});

describe('the function of what people write', () => {
  const statements = () => roleStatements(otpRoom(), /^ReceiptsInboundRole/);

  test('works on opt-outs and on what was passed on, and on no message', () => {
    const leading = statements().filter(({ Condition }) => JSON.stringify(Condition ?? '').includes('LeadingKeys'));
    expect(
      leading.map(({ Action, Condition }) => [Action, Object.values(Condition as Record<string, unknown>)[0]]),
    ).toEqual([
      [['dynamodb:GetItem', 'dynamodb:UpdateItem'], { 'dynamodb:LeadingKeys': ['recipient#*'] }],
      [['dynamodb:GetItem', 'dynamodb:PutItem'], { 'dynamodb:LeadingKeys': ['inbound#*'] }],
    ]);
  });

  test('reads the pepper alone, puts events of its own kind, and can neither send nor call a function', () => {
    const actions = statements()
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^(logs|dynamodb|kms|ec2):/.test(action)).sort()).toEqual([
      'events:PutEvents',
      'secretsmanager:GetSecretValue',
    ]);
    expect(about(statements(), 'events:PutEvents')).toEqual([
      expect.objectContaining({
        Condition: { StringEquals: { 'events:source': 'keyroom', 'events:detail-type': 'Inbound Message' } },
      }),
    ]);
    expect(JSON.stringify(about(statements(), 'secretsmanager:GetSecretValue')[0]!.Resource)).toMatch(/Pepper/);
    const { Properties } = resource(otpRoom(), 'AWS::Lambda::Function', /^ReceiptsInbound[0-9A-F]{8}$/);
    expect(Properties).toHaveProperty('VpcConfig');
  });

  test('is there only where the configuration wants it', () => {
    const template = synthesize(environment({ rooms: { otp: room({ receipts: 'confirmed' }) } })).rooms.otp!;
    expect(resources(template, 'AWS::Lambda::Function', /^ReceiptsInbound/)).toEqual([]);
    const paths = resources(template, 'AWS::ApiGateway::Resource', /^ReceiptsDoor/);
    expect(paths.map(([, { Properties }]) => Properties.PathPart)).not.toContain('inbound');
  });
});
