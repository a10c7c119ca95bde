import { newAppKey } from '../../../lambda/shared/app-key.ts';
import { LOCAL } from '../../../lib/config/local.ts';
import { environment, room } from '../support/config.ts';
import { about, actionsOf, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

type Environment = Readonly<Record<string, unknown>>;

const FUNCTIONS = [
  'Send',
  'Retry',
  'SweepLedger',
  'ListMessages',
  'Query',
  'ReadRecords',
  'Reconcile',
  'RotateKey',
  'Apps',
  'ReceiptsTaking',
  'OperationRedrive',
];
const properties = (name: string, template = otpRoom()) =>
  resource(template, 'AWS::Lambda::Function', new RegExp(`^${name}[0-9A-F]{8}$`)).Properties;
const environmentOf = (name: string, template = otpRoom()) =>
  (properties(name, template).Environment as { Variables: Environment }).Variables;

/** What each role may do beyond writing its log, by service and operation. */
const RIGHTS: [name: string, allowed: string[]][] = [
  [
    'Send',
    [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'secretsmanager:GetSecretValue',
      'sqs:SendMessage',
    ],
  ],
  [
    'Retry',
    [
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'secretsmanager:GetSecretValue',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ],
  ],
  ['AppKeysAuthorizer', ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'secretsmanager:GetSecretValue']],
  [
    'DataStewardshipRecipients',
    [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'secretsmanager:GetSecretValue',
    ],
  ],
  ['AppKeysIssuing', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'secretsmanager:GetSecretValue']],
  [
    'SweepLedger',
    ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'lambda:InvokeFunction', 'sqs:SendMessage'],
  ],
  ['ListMessages', ['dynamodb:BatchGetItem', 'dynamodb:Query', 'secretsmanager:GetSecretValue']],
  [
    'OperationRedrive',
    [
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ],
  ],
  ['Query', ['dynamodb:GetItem']],
  ['ReadRecords', ['secretsmanager:GetSecretValue']],
  ['Reconcile', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'lambda:InvokeFunction']],
  ['Apps', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']],
  ['ReceiptsTaking', ['dynamodb:GetItem', 'dynamodb:UpdateItem']],
  [
    'RotateKey',
    [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'lambda:InvokeFunction',
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ],
  ],
];

const like = (stages: readonly string[]) => ({ StringLike: { 'secretsmanager:VersionStage': stages } });

describe.each(FUNCTIONS)('the function %s', (name) => {
  test('runs on Node.js 24 and ARM64, with tracing off and no reserved concurrency', () => {
    const { Runtime, Architectures, TracingConfig, ReservedConcurrentExecutions } = properties(name);
    expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(TracingConfig).toBeUndefined();
    expect(ReservedConcurrentExecutions).toBeUndefined();
  });

  test('has no secret in its environment, neither plain nor as a dynamic reference', () => {
    for (const [key, value] of Object.entries(environmentOf(name))) {
      expect(JSON.stringify(value)).not.toContain('resolve:');
      if (/SECRET|KEY$|TOKEN|PASSWORD/.test(key)) expect(key).toMatch(/_SECRET_ARN$/);
    }
  });

  test('writes to a log group of its own, which is encrypted, forgets, and masks keys and numbers', () => {
    const id = new RegExp(`^${name}LogGroup`);
    const logGroup = resource(otpRoom(), 'AWS::Logs::LogGroup', id).Properties;
    expect(properties(name).LoggingConfig).toEqual({ LogGroup: { Ref: expect.stringMatching(id) as unknown } });
    expect(logGroup).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() as unknown });
    const policy = logGroup.DataProtectionPolicy as {
      Statement: { Operation: object; DataIdentifier: unknown[] }[];
      Configuration: { CustomDataIdentifier: { Name: string; Regex: string }[] };
    };
    expect(policy.Statement.map(({ Operation }) => Object.keys(Operation)[0])).toEqual(['Audit', 'Deidentify']);
    const custom = policy.Configuration.CustomDataIdentifier;
    for (const { DataIdentifier } of policy.Statement) {
      expect(DataIdentifier).toEqual(expect.arrayContaining(custom.map(({ Name }) => Name)));
    }
    const [phone, apiKey, appKey, token, basic] = custom.map(({ Regex }) => new RegExp(Regex));
    expect('to +971500000001 today').toMatch(phone!);
    expect(`${'0af'.repeat(10)}0a-01234567-89ab-cdef-0123-456789abcdef`).toMatch(apiKey!);
    expect(newAppKey('live').reveal()).toMatch(appKey!);
    expect('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln').toMatch(token!);
    expect(`Basic ${Buffer.from('user:password').toString('base64')}`).toMatch(basic!);
  });
});

describe('RoomFunction', () => {
  test.each(RIGHTS)('%s may do this and nothing else', (name, allowed) => {
    const rights = roleStatements(otpRoom(), new RegExp(`^${name}RoleRights`)).filter(
      ({ Effect }) => Effect === 'Allow',
    );
    const actions = [...new Set(rights.flatMap(actionsOf))].filter((action) => !/^(logs|ec2|kms):/.test(action));
    expect(actions.sort()).toEqual(allowed);
  });

  test.each(FUNCTIONS)('%s has no wildcard right but on network interfaces, which its own code is denied', (name) => {
    const rights = roleStatements(otpRoom(), new RegExp(`^${name}RoleRights`));
    const wide = rights.filter(({ Effect, Resource }) => Effect === 'Allow' && JSON.stringify(Resource) === '"*"');
    expect(rights.flatMap(actionsOf).filter((action) => action.includes('*'))).toEqual([]);
    for (const { Action } of wide) {
      expect([Action].flat().every((action) => action.startsWith('ec2:'))).toBe(true);
      expect(rights).toContainEqual({
        Effect: 'Deny',
        Action,
        Resource: '*',
        Condition: {
          ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:111111111111:function:*' },
        },
      });
    }
    expect(wide).toHaveLength(
      [
        ...['Send', 'Retry', 'ListMessages', 'ReadRecords', 'RotateKey'],
        ...['AppKeysAuthorizer', 'AppKeysIssuing', 'DataStewardshipRecipients'],
      ].includes(name)
        ? 1
        : 0,
    );
  });

  test.each([
    [
      'Send',
      {
        'app#*': ['GetItem', 'UpdateItem'],
        'rate#*': ['UpdateItem'],
        'recipient#*': ['GetItem', 'PutItem', 'UpdateItem'],
        'prefix#*': ['GetItem', 'UpdateItem'],
        'message#*': ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
        'provider#*': ['GetItem', 'UpdateItem'],
        'pace#*': ['UpdateItem'],
      },
    ],
    [
      'Retry',
      {
        'app#*': ['GetItem', 'UpdateItem'],
        'rate#*': ['UpdateItem'],
        'recipient#*': ['GetItem', 'UpdateItem'],
        'prefix#*': ['UpdateItem'],
        'message#*': ['GetItem', 'UpdateItem'],
        'retries#*': ['UpdateItem'],
        'provider#*': ['GetItem', 'UpdateItem'],
        'pace#*': ['UpdateItem'],
      },
    ],
    ['OperationRedrive', { 'message#*': ['GetItem', 'UpdateItem'] }],
    ['Query', { 'app#*': ['GetItem'], 'message#*': ['GetItem'] }],
    ['Apps', { 'app#*': ['PutItem'], 'room#*': ['GetItem', 'PutItem', 'UpdateItem'] }],
    ['ReceiptsTaking', { 'message#*': ['GetItem', 'UpdateItem'] }],
    ['RotateKey', { 'rotation#*': ['GetItem', 'PutItem'] }],
    ['Reconcile', { 'message#*': ['GetItem'], 'reconcile#*': ['GetItem', 'PutItem'] }],
  ])('%s does to each part of the ledger what its code does', (name, parts) => {
    const rights = roleStatements(otpRoom(), new RegExp(`^${name}RoleRights`));
    const isItems = (action: string): boolean => action.startsWith('dynamodb:') && action !== 'dynamodb:Query';
    const ledger = rights.filter((statement) => actionsOf(statement).some(isItems));
    const granted = ledger.map((statement) => [
      statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
      actionsOf(statement).map((action) => action.replace('dynamodb:', '')),
    ]);
    expect(granted).toEqual(Object.entries(parts).map(([keys, operations]) => [[keys], operations]));
  });

  test('send reads the key in use and the one before it, by name', () => {
    const reads = about(roleStatements(otpRoom(), /^SendRoleRights/), 'secretsmanager:GetSecretValue');
    expect(reads.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT'] } },
      { StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] } },
    ]);
  });

  test.each([
    ['infobip', ['managing']],
    ['d7', ['sending']],
    ['twilio', ['managing', 'sending']],
  ])('what asks %s about messages reads the credentials in use that may ask, and no other', (provider, kinds) => {
    const template = synthesize(environment({ rooms: { otp: room({ provider, templates: {} }) } })).rooms.otp!;
    const reads = about(roleStatements(template, /^ReadRecordsRoleRights/), 'secretsmanager:GetSecretValue');
    expect(
      reads.flatMap(({ Resource }) => [Resource].flat().map((each) => JSON.stringify(each).toLowerCase())),
    ).toEqual(kinds.map((kind) => expect.stringContaining(kind) as string));
    for (const { Condition } of reads) {
      expect(Condition).toEqual({ StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT'] } });
    }
  });

  test('nobody but people, the function they are on call with, the schedule and rotation itself may command rotate-key', () => {
    const callers = resources(otpRoom(), 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes('RotateKey'),
    );
    expect(callers.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'ImporterRights',
      'IncidentFunctionRoleRights',
      'RotateKeyRoleRights',
    ]);
  });

  test('the rotation reads every label it moves, in the secret it moves it in, and no other', () => {
    const reads = about(roleStatements(otpRoom(), /^RotateKeyRoleRights/), 'secretsmanager:GetSecretValue');
    expect(reads.map(({ Condition }) => Condition)).toEqual([
      like(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'KEYROOM_DRAINING', 'KEYROOM_RETIRING_*', 'KEYROOM_PROBE_*']),
      like(['AWSCURRENT', 'AWSPREVIOUS', 'KEYROOM_STANDBY', 'KEYROOM_RETIRING_*']),
      { StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] } },
    ]);
  });

  test('every right to a key goes through the service that stores the data', () => {
    for (const name of FUNCTIONS) {
      const rights = roleStatements(otpRoom(), new RegExp(`^${name}RoleRights`));
      const keys = rights.filter((statement) => actionsOf(statement).some((action) => action.startsWith('kms:')));
      for (const { Condition } of keys) expect(Condition?.StringEquals).toHaveProperty(['kms:ViaService']);
      expect(keys.length).toBeGreaterThan(0);
    }
  });

  test('an importer may put into the inbox and the subscribers and call the rotation, and read nothing', () => {
    expect(roleStatements(otpRoom(), /^ImporterRights/).flatMap(actionsOf)).toEqual([
      'secretsmanager:PutSecretValue',
      'kms:GenerateDataKey',
      'lambda:InvokeFunction',
      'kms:GenerateDataKey',
    ]);
  });

  test('an operator may call the function that redrives, and nothing else', () => {
    const rights = roleStatements(otpRoom(), /^OperationOperatorRights/);
    expect(rights.flatMap(actionsOf)).toEqual(['lambda:InvokeFunction']);
    expect(JSON.stringify(rights)).toContain('OperationRedrive');
  });

  test('where nobody is named as operator there is neither the role nor the function', () => {
    const template = synthesize(environment()).rooms.otp!;
    expect(resources(template, 'AWS::IAM::Role').filter(([id]) => id.startsWith('Operation'))).toEqual([]);
    expect(resources(template, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Operation'))).toEqual([]);
  });

  test('no policy is written inside a role', () => {
    otpRoom().resourceCountIs('AWS::IAM::Policy', 0);
    for (const [, { Properties }] of resources(otpRoom(), 'AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('Policies');
  });

  test('the provider is called within 10 s, the gateway waits a little longer', () => {
    expect(properties('Send').Timeout).toBe(10);
  });

  test('a rotation gets what it has to know', () => {
    expect(environmentOf('RotateKey')).toMatchObject({
      KEYROOM_PROVIDER: 'infobip',
      KEYROOM_CHANNELS: 'sms,whatsapp',
      KEY_GRACE_SECONDS: '900',
      ROTATION_DAYS: '30',
    });
    expect(environmentOf('Send')).toMatchObject({ KEY_CACHE_SECONDS: '300', KEY_GRACE_SECONDS: '900' });
  });

  test("a rotation knows the environment's other rooms with its provider, and no more", () => {
    const rooms = { otp: room(), marketing: room(), alerts: room(), notices: room({ provider: 'd7' }) };
    const templates = synthesize(environment({ rooms })).rooms;
    expect(environmentOf('RotateKey', templates.otp)).toMatchObject({ KEYROOM_SIBLING_ROOMS: 'marketing,alerts' });
    expect(environmentOf('RotateKey', templates.notices)).not.toHaveProperty('KEYROOM_SIBLING_ROOMS');
  });

  test('only the local environment talks to simulators', () => {
    const local = synthesize(LOCAL).rooms.otp!;
    expect(environmentOf('Send', local)).toMatchObject({
      PROVIDER_BASE_URL: 'https://127.0.0.1:4572',
      KEY_CACHE_SECONDS: '2',
    });
    for (const name of FUNCTIONS) expect(environmentOf(name)).not.toHaveProperty('PROVIDER_BASE_URL');
  });
});
