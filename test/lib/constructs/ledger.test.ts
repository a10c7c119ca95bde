import { LOCAL } from '../../../lib/config/local.ts';
import { environment } from '../support/config.ts';
import { about, actionsOf, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const table = (template = otpRoom()) => resource(template, 'AWS::DynamoDB::Table');

describe('Ledger', () => {
  test('can be had back as it was in the last 7 days', () => {
    expect(table().Properties.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 7,
    });
  });

  test('outlives its stack in production, and refuses to be deleted, so that a rollback has to leave it', () => {
    expect(table().DeletionPolicy).toBe('Retain');
    expect(table().Properties.DeletionProtectionEnabled).toBe(true);
  });

  test.each([
    ['elsewhere', environment()],
    ['on a laptop', LOCAL],
  ])('goes with its stack %s, which protection would not let it', (_, config) => {
    const template = synthesize(config).rooms.otp!;
    expect(table(template).DeletionPolicy).toBe('Delete');
    expect(table(template).Properties.DeletionProtectionEnabled).toBe(false);
  });

  test('is encrypted by the data key, forgets by itself and is paid by the request', () => {
    expect(table().Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^DataKey/) as unknown, 'Arn'] },
      },
    });
  });

  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  const KEYS_ONLY = { ProjectionType: 'KEYS_ONLY' };

  test('has an index of what is due and three of messages, which hold keys alone, and one of what was sent, without numbers', () => {
    expect(table().Properties.GlobalSecondaryIndexes).toEqual([
      { IndexName: 'due', KeySchema: keys('dueShard', 'dueAt'), Projection: KEYS_ONLY },
      { IndexName: 'by-app', KeySchema: keys('app', 'listedAs'), Projection: KEYS_ONLY },
      { IndexName: 'by-number', KeySchema: keys('numberHash', 'listedAs'), Projection: KEYS_ONLY },
      { IndexName: 'by-reference', KeySchema: keys('reference', 'listedAs'), Projection: KEYS_ONLY },
      {
        IndexName: 'sent',
        KeySchema: keys('sentShard', 'sentAt'),
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: [
            ...['state', 'fence', 'leaseUntil', 'providerMessageId', 'channel', 'country', 'lastTwo', 'cost'],
          ],
        },
      },
    ]);
  });

  test('is asked by index by the sweeps, the list, the stewards, reconcile and the audit about what each works on, and by nobody else', () => {
    const asking = resources(otpRoom(), 'AWS::IAM::ManagedPolicy').flatMap(([id]) =>
      roleStatements(otpRoom(), new RegExp(`^${id}$`))
        .filter((statement) => actionsOf(statement).some((action) => /Query|Scan/.test(action)))
        .map(({ Action, Resource }) => [
          id.replace(/RoleRights.*/, ''),
          Action,
          [Resource].flat().map((arn) => /\/[\w/-]+(?="\]\])/.exec(JSON.stringify(arn))?.[0]),
        ]),
    );
    expect(asking).toEqual([
      ['Reconcile', 'dynamodb:Query', ['/index/sent']],
      ['SweepLedger', 'dynamodb:Query', ['/index/due']],
      ['ListMessages', 'dynamodb:Query', ['/index/by-app', '/index/by-number', '/index/by-reference']],
      ['DataStewardshipRecipients', 'dynamodb:Query', ['/index/by-number']],
      ['IncidentFunction', 'dynamodb:Query', ['/index/due']],
      ['IncidentAudit', 'dynamodb:Query', ['/index/due', '/index/sent']],
    ]);
  });

  test('is read by the list where messages are, and nowhere else', () => {
    expect(about(roleStatements(otpRoom(), /^ListMessagesRole/), 'dynamodb:BatchGetItem')).toEqual([
      expect.objectContaining({
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['message#*'] } },
      }),
    ]);
  });

  test('has a name that begins as the endpoint policy says', () => {
    expect(table().Properties).not.toHaveProperty('TableName');
  });

  test('knows the apps before the door opens', () => {
    const registration = resource(otpRoom(), 'Custom::KeyroomApps');
    expect(registration.Properties).toMatchObject({ apps: ['login', 'support', 'website'] });
    expect(registration.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^AppsRoleRights/)]));
    for (const type of ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::Stage']) {
      expect(resource(otpRoom(), type, /^AppDoor/).DependsOn).toEqual(
        expect.arrayContaining([expect.stringMatching(/^AppsRegistration/)]),
      );
    }
  });
});
