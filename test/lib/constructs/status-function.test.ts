import { PRODUCTION } from '../../../lib/config/production.ts';
import { environment, room } from '../support/config.ts';
import { about, actionsOf, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const RESPONDERS = ['arn:aws:iam::111111111111:role/on-call'];
const rights = () => roleStatements(otpRoom(), /^IncidentStatusRole/);
const variables = (template = otpRoom()) =>
  (
    resource(template, 'AWS::Lambda::Function', /^IncidentStatus/).Properties.Environment as {
      Variables: Record<string, unknown>;
    }
  ).Variables;

describe('StatusFunction', () => {
  test('is outside the network, so that it answers also when the way out is broken', () => {
    const { Properties } = resource(otpRoom(), 'AWS::Lambda::Function', /^IncidentStatus/);
    expect(Properties).not.toHaveProperty('VpcConfig');
  });

  test('only reads, and neither a key nor a message', () => {
    expect([...new Set(rights().flatMap(actionsOf))].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:ListSecretVersionIds',
      'sns:GetTopicAttributes',
      'sqs:GetQueueAttributes',
    ]);
  });

  test('reads the items of the apps, of the room, of the last comparison and of what was told, and no others', () => {
    const parts = rights()
      .filter((statement) => actionsOf(statement).some((action) => action.startsWith('dynamodb:')))
      .map(({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']);
    expect(parts.sort()).toEqual([['app#*'], ['notice#*'], ['reconcile#*'], ['room#*']]);
  });

  test('has the key of the ledger through DynamoDB alone, and none of the keys of secrets', () => {
    const [decrypt, ...more] = about(rights(), 'kms:Decrypt');
    expect(more).toEqual([]);
    expect(JSON.stringify(decrypt?.Resource)).toMatch(/DataKey/);
    expect(JSON.stringify(decrypt?.Condition)).toMatch(/kms:ViaService.*dynamodb/);
  });

  test('asks of everything in the account only what cannot be asked of less: figures and alarms', () => {
    const everywhere = rights().filter(({ Resource }) => Resource === '*');
    expect(everywhere.flatMap(actionsOf).sort()).toEqual(['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData']);
  });

  test("lets in the room's on-call and approver roles, and tells rooms apart whose names begin alike", () => {
    expect(variables()).toMatchObject({
      ASKERS: '111111111111:keyroom-production-otp-on-call,111111111111:keyroom-production-otp-approver',
      ROOMS_ALIKE: '',
      IS_COMPARED: 'true',
    });
    const rooms = { otp: room({ responders: RESPONDERS }), 'otp-two': room({}) };
    const { rooms: templates } = synthesize(environment({ rooms }));
    expect(variables(templates.otp)).toMatchObject({ ROOMS_ALIKE: 'otp-two' });
  });

  test("does not take the room's own subscriptions for somebody who is paged", () => {
    const { PAGES_TOPIC_ARN: topic, OWN_SUBSCRIPTIONS: own } = variables();
    const ours = resources(otpRoom(), 'AWS::SNS::Subscription').filter(
      ([, { Properties }]) =>
        JSON.stringify(Properties.TopicArn) === JSON.stringify(topic) &&
        (Properties.Protocol === 'lambda' || JSON.stringify(Properties.Endpoint).includes('drill')),
    );
    expect(String(ours.length)).toBe(own);
  });

  test('knows where no key is, and where nothing is compared', () => {
    const sandbox = synthesize(environment({ rooms: { play: room({ provider: 'sandbox', responders: RESPONDERS }) } }));
    expect(variables(sandbox.rooms.play)).toMatchObject({ IS_COMPARED: 'false' });
    expect(variables(sandbox.rooms.play)).not.toHaveProperty('SENDING_SECRET_ARN');
    const { otp } = PRODUCTION.rooms;
    const shared = synthesize({ ...PRODUCTION, rooms: { otp: { ...otp!, account: 'shared' } } });
    expect(variables(shared.rooms.otp)).toMatchObject({ IS_COMPARED: 'false' });
  });
});
