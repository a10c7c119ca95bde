import { LOCAL } from '../../../lib/config/local.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { environment } from '../support/config.ts';
import { about, actionsOf, arnOf, resource, resources, secretStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const ROTATE = arnOf(/^RotateKeyRole/);
const ASK = arnOf(/^ReadRecordsRole/);
const SEND = arnOf(/^SendRole/);
const RETRY = arnOf(/^RetryRole/);
const APP_KEYS = [arnOf(/^AppKeysAuthorizerRole/), arnOf(/^AppKeysIssuingRole/)];
const LIST = arnOf(/^ListMessagesRole/);
const STEWARDED = arnOf(/^DataStewardshipRecipientsRole/);
const INBOUND = arnOf(/^ReceiptsInboundRole/);
const IMPORTER = arnOf(/^Importer/);
const INCIDENT = arnOf(/^IncidentFunctionRole/);
const DEPLOYMENT = 'arn:aws:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-central-1';
const BREAK_GLASS = 'arn:aws:iam::111111111111:role/break-glass';
const ENDPOINT = { 'Fn::ImportValue': expect.stringContaining('SecretsManager') as unknown };

const everybody = { Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' };
const unless = (...arns: unknown[]) => ({ ArnNotEquals: { 'aws:PrincipalArn': arns } });

/** Secrets, by the roles that may read and write their values. */
const SECRETS: [name: string, id: RegExp, readers: unknown[], writers: unknown[]][] = [
  ['sending', /Sending/, [ROTATE, SEND, RETRY], [ROTATE]],
  ['managing', /Managing/, [ROTATE, ASK], [ROTATE]],
  ['inbox', /Inbox/, [ROTATE], [ROTATE, IMPORTER]],
  ['pepper', /Pepper/, [INBOUND, SEND, RETRY, LIST, ...APP_KEYS, STEWARDED], []],
];

describe.each(SECRETS)('the %s secret', (name, id, readers, writers) => {
  const statements = () => secretStatements(otpRoom(), id);

  test('has a name that people can type', () => {
    const secrets = resources(otpRoom(), 'AWS::SecretsManager::Secret', id);
    expect(secrets.map(([, { Properties }]) => Properties.Name)).toEqual([`keyroom/production/otp/${name}`]);
  });

  test('is kept when the stack goes, but does not stop the next try when its creation is rolled back', () => {
    expect(resource(otpRoom(), 'AWS::SecretsManager::Secret', id).DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('stays guarded by its policy where it is kept', () => {
    expect(resource(otpRoom(), 'AWS::SecretsManager::ResourcePolicy', id).DeletionPolicy).toBe('RetainExceptOnCreate');
    const local = resource(synthesize(LOCAL).rooms.otp!, 'AWS::SecretsManager::ResourcePolicy', id);
    expect(local.DeletionPolicy).toBe('Delete');
  });

  test('denies reading to all but the functions that need it', () => {
    expect(about(statements(), 'secretsmanager:GetSecretValue')).toContainEqual({
      ...everybody,
      Sid: 'ReadByTheRoomOnly',
      Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
      Condition: unless(...readers),
    });
  });

  test('denies writing to all but those who need it', () => {
    const [statement] = about(statements(), 'secretsmanager:PutSecretValue');
    expect(statement).toEqual({
      ...everybody,
      Sid: 'WrittenByTheRoomOnly',
      Action: 'secretsmanager:PutSecretValue',
      ...(writers.length > 0 && { Condition: unless(...writers) }),
    });
  });

  test('denies reading and moving labels outside the endpoint', () => {
    expect(statements()).toContainEqual({
      ...everybody,
      Sid: 'ReadThroughTheEndpointOnly',
      Action: [
        'secretsmanager:BatchGetSecretValue',
        'secretsmanager:GetSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Condition: { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } },
    });
  });

  test('denies reading where no stage is named', () => {
    expect(about(statements(), 'secretsmanager:GetSecretValue')).toContainEqual(
      expect.objectContaining({ ...everybody, Condition: { Null: { 'secretsmanager:VersionStage': 'true' } } }),
    );
  });

  test('denies reading while it is frozen to all but who replaces keys, and so proves that one is dead', () => {
    expect(about(statements(), 'secretsmanager:GetSecretValue')).toContainEqual(
      expect.objectContaining({
        ...everybody,
        Condition: {
          StringEquals: { 'aws:ResourceTag/keyroom:frozen': 'true' },
          ...(writers.length > 0 && unless(ROTATE)),
        },
      }),
    );
  });

  test('lets no deployment touch the frozen tag, and the incident function that of the key that sends', () => {
    const denied = about(statements(), 'secretsmanager:UntagResource');
    expect(denied).toEqual([
      {
        ...everybody,
        Sid: 'FrozenTagIsNotForDeployments',
        Action: ['secretsmanager:TagResource', 'secretsmanager:UntagResource'],
        Condition: {
          'ForAnyValue:StringEquals': { 'aws:TagKeys': ['keyroom:frozen'] },
          ...unless(BREAK_GLASS, ...(name === 'sending' ? [INCIDENT] : [])),
        },
      },
    ]);
  });

  test.each(['PutResourcePolicy', 'DeleteResourcePolicy', 'DeleteSecret', 'UpdateSecret', 'ReplicateSecretToRegions'])(
    'denies %s to all but the deployment and the break-glass role, wherever they come from',
    (action) => {
      expect(about(statements(), `secretsmanager:${action}`)).toEqual([
        expect.objectContaining({ ...everybody, Condition: unless(DEPLOYMENT, BREAK_GLASS) }),
      ]);
    },
  );

  test.each([
    ...['TagResource', 'UpdateSecret', 'UntagResource', 'DeleteSecret', 'RemoveRegionsFromReplication'],
    ...['PutResourcePolicy', 'DeleteResourcePolicy', 'ValidateResourcePolicy'],
    ...['RotateSecret', 'CancelRotateSecret'],
    ...['DescribeSecret', 'GetResourcePolicy', 'ListSecretVersionIds', 'GetRandomPassword'],
  ])('denies a deployment no %s, be it of a creation, an update, a rollback or a deletion, frozen or not', (action) => {
    for (const { Sid, Condition } of about(statements(), `secretsmanager:${action}`)) {
      if (Sid === 'FrozenTagIsNotForDeployments') {
        expect(Condition).toHaveProperty(['ForAnyValue:StringEquals', 'aws:TagKeys'], ['keyroom:frozen']);
      } else {
        expect(Object.keys(Condition!)).toEqual(['ArnNotEquals']);
        expect(Condition!.ArnNotEquals!['aws:PrincipalArn']).toContain(DEPLOYMENT);
      }
    }
  });

  test('never denies looking at the secret and at its policy', () => {
    const denied = statements().flatMap(actionsOf);
    expect(denied).not.toContain('secretsmanager:DescribeSecret');
    expect(denied).not.toContain('secretsmanager:GetResourcePolicy');
    expect(denied.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('allows nobody anything', () => {
    expect(statements().filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });
});

describe('GuardedSecret', () => {
  test('is created empty, but for the pepper and the decoy', () => {
    const generated = resources(otpRoom(), 'AWS::SecretsManager::Secret').filter(
      ([, { Properties }]) => 'GenerateSecretString' in Properties || 'SecretString' in Properties,
    );
    expect(generated.map(([id]) => id)).toEqual([/^Pepper/, /Decoy/].map((id) => expect.stringMatching(id) as unknown));
  });

  test('lets only an importer write from outside the endpoint, and only into the inbox', () => {
    const outside = { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } };
    const [, sending] = about(secretStatements(otpRoom(), /Sending/), 'secretsmanager:PutSecretValue');
    const [, inbox] = about(secretStatements(otpRoom(), /Inbox/), 'secretsmanager:PutSecretValue');
    expect(sending!.Condition).toEqual(outside);
    expect(inbox!.Condition).toEqual({ ...outside, ...unless(IMPORTER) });
  });

  test.each(['RotateSecret', 'CancelRotateSecret'])(
    'lets the deployment role and the rotation %s the sending key, wherever from, and nobody else',
    (action) => {
      expect(about(secretStatements(otpRoom(), /Sending/), `secretsmanager:${action}`)).toEqual([
        expect.objectContaining({ ...everybody, Condition: unless(DEPLOYMENT, ROTATE) }),
      ]);
    },
  );

  test('leaves nobody who may touch the frozen tag where there is no break-glass role', () => {
    const { rooms } = synthesize(environment());
    const [statement] = about(secretStatements(rooms.otp!, /Sending/), 'secretsmanager:TagResource');
    expect(Object.keys(statement!.Condition!)).toEqual(['ForAnyValue:StringEquals']);
  });

  test('names the configured deployment role instead of the bootstrap one', () => {
    const deploymentRoleArn = 'arn:aws:iam::111111111111:role/deployer';
    const { rooms } = synthesize(environment({ deploymentRoleArn }));
    const [statement] = about(secretStatements(rooms.otp!, /Sending/), 'secretsmanager:DeleteSecret');
    expect(statement!.Condition).toEqual(unless(deploymentRoleArn));
  });
});

test('a room without importers has no importer role', () => {
  const closed = { ...PRODUCTION.rooms.otp!, keyImporters: [] };
  const { rooms } = synthesize({ ...PRODUCTION, rooms: { otp: closed } });
  expect(resources(rooms.otp!, 'AWS::IAM::Role', /Importer/)).toEqual([]);
});

test('a sandbox room has no credential and nothing that keeps one', () => {
  const sandbox = { ...PRODUCTION.rooms['late-notices']!, provider: 'sandbox' };
  const room = synthesize({ ...PRODUCTION, rooms: { play: sandbox } }).rooms.play!;
  const secrets = resources(room, 'AWS::SecretsManager::Secret').map(([id]) => id);
  expect(secrets).toEqual([/^Pepper/, /Decoy/].map((id) => expect.stringMatching(id) as unknown));
  room.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
});
