import type { Template } from 'aws-cdk-lib/assertions';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

interface Pattern {
  readonly source: string[];
  readonly detail: {
    readonly eventName?: unknown[];
    readonly requestParameters?: Record<string, unknown[]>;
    readonly $or?: { readonly requestParameters?: Record<string, unknown[]> }[];
  };
}
interface Rule {
  readonly Name: string;
  readonly State: string;
  readonly EventPattern: Pattern;
  readonly Targets: { readonly Arn: unknown }[];
}

const rules = (template = otpRoom()): Rule[] =>
  resources(template, 'AWS::Events::Rule', /^Tripwires(?!Witness)/).map(
    ([, { Properties }]) => Properties as unknown as Rule,
  );
const ofService = (service: string, template?: Template): Pattern[] =>
  rules(template).flatMap(({ EventPattern }) => (EventPattern.source[0] === `aws.${service}` ? [EventPattern] : []));
/** What the rules of a service look for in one parameter. */
const named = (service: string, parameter: string): unknown[] =>
  ofService(service).flatMap(({ detail }) =>
    [detail, ...(detail.$or ?? [])].flatMap(({ requestParameters }) => requestParameters?.[parameter] ?? []),
  );
const refs = (type: string, id = /./) => resources(otpRoom(), type, id).map(([name]) => ({ Ref: name }));
const WITNESS = { 'Fn::GetAtt': [expect.stringMatching(/^TripwiresWitness/) as unknown, 'Arn'] };

describe('Tripwires', () => {
  test('hear of calls that only read, which a rule is told in no other state', () => {
    const [secrets] = rules().filter(({ EventPattern }) => EventPattern.source[0] === 'aws.secretsmanager');
    expect(secrets!.State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    expect(secrets!.EventPattern.detail.eventName).toEqual(
      expect.arrayContaining(['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage', 'PutResourcePolicy']),
    );
  });

  test('look for every secret of the room, however it is named, and for one that a refusal alone names', () => {
    const secrets = [{ wildcard: '*keyroom/production/otp/*' }];
    expect(ofService('secretsmanager')[0]!.detail.$or).toEqual([
      { requestParameters: { secretId: secrets } },
      { errorMessage: secrets },
    ]);
    for (const [, { Properties }] of resources(otpRoom(), 'AWS::SecretsManager::Secret')) {
      expect(Properties.Name).toMatch(/^keyroom\/production\/otp\//);
    }
  });

  test.each<[string, string, string, unknown[]]>([
    ['function', 'lambda', 'functionName', refs('AWS::Lambda::Function').map((suffix) => ({ suffix }))],
    ['role', 'iam', 'roleName', refs('AWS::IAM::Role')],
    ['policy of a role', 'iam', 'policyArn', refs('AWS::IAM::ManagedPolicy')],
    ['key of secrets', 'kms', 'keyId', refs('AWS::KMS::Key', /^(?!DataKey)/).map((suffix) => ({ suffix }))],
    [
      'schedule',
      'events',
      'name',
      [...refs('AWS::Events::Rule', /^(?!Tripwires)|^TripwiresWitness/), { prefix: 'keyroom-production-otp-witness-' }],
    ],
    ['alarm', 'monitoring', 'alarmName', [{ prefix: 'keyroom-production-otp-' }]],
  ])('look for changes of every %s', (_what, service, parameter, names) => {
    const found = named(service, parameter);
    expect(found).toHaveLength(names.length);
    expect(found).toEqual(expect.arrayContaining(names));
  });

  test('all tell one function, which nothing else but its own schedule may call', () => {
    expect(rules().map(({ Targets }) => Targets[0]!.Arn)).toEqual(Array(rules().length).fill(WITNESS));
    const permissions = resources(otpRoom(), 'AWS::Lambda::Permission', /^TripwiresWitness/).map(
      ([, { Properties }]) => Properties,
    );
    expect(permissions.map(({ Principal, SourceArn }) => [Principal, SourceArn])).toEqual(
      expect.arrayContaining([
        ['events.amazonaws.com', 'arn:aws:events:eu-central-1:111111111111:rule/keyroom-production-otp-witness-*'],
        ['events.amazonaws.com', { 'Fn::GetAtt': [expect.stringMatching(/^TripwiresWitnessProbe/) as unknown, 'Arn'] }],
      ]),
    );
    expect(permissions).toHaveLength(2);
    expect(rules().map(({ Name }) => Name)).toEqual(
      Array(rules().length).fill(expect.stringMatching(/^keyroom-production-otp-witness-[a-z]+\d?$/)),
    );
  });

  test('fit into what EventBridge takes: 2048 characters, however long CloudFormation makes the names', () => {
    // ARNs of policies have up to 165 characters, the other names 64.
    const policies = new Set(refs('AWS::IAM::ManagedPolicy').map(({ Ref }) => Ref));
    for (const { EventPattern } of rules()) {
      const text = JSON.stringify(EventPattern).replaceAll(
        /\{"Ref":"([^"]+)"\}/g,
        (_ref, id: string) => `"${'x'.repeat(policies.has(id) ? 165 : 64)}"`,
      );
      expect(text.length).toBeLessThan(2048);
    }
  });

  test('know who uses each secret, from what was granted', () => {
    const { Environment } = resource(otpRoom(), 'AWS::Lambda::Function', /^TripwiresWitness/).Properties as {
      Environment: { Variables: { SECRET_USERS: { 'Fn::Join': [string, unknown[]] } } };
    };
    const text = Environment.Variables.SECRET_USERS['Fn::Join'][1]
      .map((part) =>
        typeof part === 'string' ? part : (part as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]!.replace(/Role.*/, ''),
      )
      .join('');
    const users = JSON.parse(text) as Record<string, { through: string[]; outside?: string[]; depositors: string[] }>;
    expect(users.sending).toEqual({ through: ['RotateKey', 'Send', 'Retry'], depositors: [] });
    expect(users.managing!.through).toEqual(['RotateKey', 'ReadRecords']);
    expect(users.inbox!.depositors).toEqual([expect.stringMatching(/^Importer/)]);
    // Read from outside the network, by whom a page must not depend on it.
    expect(users.subscribers).toEqual({
      through: [],
      outside: ['PageTextsFunction'],
      depositors: expect.any(Array) as string[],
    });
    expect(Object.values(users).filter(({ outside }) => outside)).toHaveLength(1);
    expect(Object.keys(users).sort()).toEqual(['inbox', 'managing', 'pepper', 'sending', 'subscribers']);
  });

  test('have no right to any secret: the probe is to be refused', () => {
    const actions = roleStatements(otpRoom(), /^TripwiresWitness/).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.startsWith('secretsmanager:'))).toEqual([]);
    expect(actions.sort()).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'logs:PutLogEvents']));
  });

  test('include a decoy that nobody guards and that holds nothing of the provider', () => {
    const [[id, { Properties }]] = resources(otpRoom(), 'AWS::SecretsManager::Secret', /Decoy/) as [[string, never]] &
      [[string, { Properties: Record<string, unknown> }]];
    expect(Properties).toMatchObject({
      Name: 'keyroom/production/otp/api-key',
      GenerateSecretString: { PasswordLength: 64 },
    });
    const guarded = resources(otpRoom(), 'AWS::SecretsManager::ResourcePolicy').map(
      ([, policy]) => policy.Properties.SecretId,
    );
    expect(guarded).not.toContainEqual({ Ref: id });
  });

  test('are there in a room without a key, too', () => {
    const sandbox = { ...PRODUCTION.rooms['late-notices']!, provider: 'sandbox' };
    const room = synthesize({ ...PRODUCTION, rooms: { play: sandbox } }).rooms.play!;
    expect(ofService('secretsmanager', room)).toHaveLength(1);
  });
});
