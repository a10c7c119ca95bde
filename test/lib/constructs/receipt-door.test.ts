import { environment, room } from '../support/config.ts';
import { about, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const door = (type: string, template = otpRoom()) => resource(template, type, /^ReceiptsDoor/).Properties;
const without = () => synthesize(environment({ rooms: { otp: room() } })).rooms.otp!;

describe('ReceiptDoor', () => {
  test('is one operation that everybody may call, from every network', () => {
    const methods = resources(otpRoom(), 'AWS::ApiGateway::Method', /^ReceiptsDoor/);
    expect(methods.map(([, { Properties }]) => [Properties.HttpMethod, Properties.AuthorizationType])).toEqual([
      ['POST', 'NONE'],
    ]);
    expect(door('AWS::ApiGateway::RestApi')).not.toHaveProperty('Policy');
    const paths = resources(otpRoom(), 'AWS::ApiGateway::Resource', /^ReceiptsDoor/);
    expect(paths.map(([, { Properties }]) => Properties.PathPart)).toEqual(['v1', 'receipts', '{path}']);
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
