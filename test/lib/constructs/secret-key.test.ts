import { about, actionsOf, arnOf, keyStatements, resource, resources } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

const ROTATE = arnOf(/^RotateKeyRole/);
const ASK = arnOf(/^ReadRecordsRole/);
const SEND = arnOf(/^SendRole/);
const RETRY = arnOf(/^RetryRole/);
/** In the order of their names, as the CDK writes them. */
const LIST = arnOf(/^ListMessagesRole/);
const STEWARDED = arnOf(/^DataStewardshipRecipientsRole/);
const INBOUND = arnOf(/^ReceiptsInboundRole/);
const PEPPERED = [arnOf(/^AppKeysAuthorizerRole/), arnOf(/^AppKeysIssuingRole/), STEWARDED, LIST, INBOUND, RETRY, SEND];
const IMPORTER = arnOf(/^Importer/);
const DEPLOYMENT = 'arn:aws:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-central-1';
const BREAK_GLASS = 'arn:aws:iam::111111111111:role/break-glass';

describe('SecretKey', () => {
  const KEYS: [name: string, id: RegExp][] = [
    ['credential', /^ProviderKey/],
    ['inbox', /^Inbox/],
    ['pepper', /^PepperKey/],
  ];

  test.each(KEYS)('of the %s is used through Secrets Manager, for one secret, and by the room only', (_, id) => {
    const using = keyStatements(otpRoom(), id).filter((statement) =>
      actionsOf(statement).some((action) => /Decrypt|Encrypt|GenerateDataKey/.test(action)),
    );
    for (const { Sid, Condition, Principal } of using) {
      expect(Condition?.StringEquals).toMatchObject({
        'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com',
      });
      if (Sid === 'TriedByDeployment') {
        expect(Condition?.StringEquals).toHaveProperty(
          ['kms:EncryptionContext:SecretVersionId'],
          'RequestToValidateKeyAccess',
        );
        expect(Principal).toEqual({ AWS: DEPLOYMENT });
      } else if (Sid === 'GeneratedByDeployment') {
        expect([Principal, id]).toEqual([{ AWS: DEPLOYMENT }, /^PepperKey/]);
      } else {
        expect(Condition?.StringLike).toEqual({
          'kms:EncryptionContext:SecretARN': expect.stringMatching(
            /^arn:aws:secretsmanager:eu-central-1:111111111111:secret:keyroom\/production\/otp\/[a-z]+-\?{6}$/,
          ) as unknown,
        });
        expect([ROTATE, ASK, SEND, IMPORTER, [RETRY, SEND], PEPPERED].map((AWS) => ({ AWS }))).toContainEqual(
          Principal,
        );
      }
    }
    expect(using.length).toBeGreaterThan(1);
  });

  test.each(KEYS)('of the %s lets nobody grant its use and no administrator change its policy', (_, id) => {
    const statements = keyStatements(otpRoom(), id);
    expect(statements.flatMap(actionsOf).filter((action) => /\*|CreateGrant/.test(action))).toEqual([]);
    expect(about(statements, 'kms:PutKeyPolicy').map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
      [{ AWS: DEPLOYMENT }, undefined],
      [{ AWS: 'arn:aws:iam::111111111111:root' }, { ArnEquals: { 'aws:PrincipalArn': BREAK_GLASS } }],
    ]);
  });

  test.each(KEYS)('of the %s lets the deployment role decrypt no value', (_, id) => {
    const decrypting = about(keyStatements(otpRoom(), id), 'kms:Decrypt');
    const deployment = decrypting.filter(({ Principal }) => JSON.stringify(Principal).includes(DEPLOYMENT));
    expect(deployment.map(({ Sid }) => Sid)).toEqual(['TriedByDeployment']);
  });

  test('of the pepper lets the deployment role encrypt the value it generates, and the functions that need it read it', () => {
    const statements = keyStatements(otpRoom(), /^PepperKey/);
    const Condition = {
      StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
      StringLike: {
        'kms:EncryptionContext:SecretARN':
          'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keyroom/production/otp/pepper-??????',
      },
    };
    const bound = { Effect: 'Allow', Resource: '*', Condition };
    expect(statements.filter(({ Condition: condition }) => condition?.StringLike)).toEqual([
      { ...bound, Sid: 'GeneratedByDeployment', Principal: { AWS: DEPLOYMENT }, Action: 'kms:GenerateDataKey' },
      { ...bound, Principal: { AWS: PEPPERED }, Action: 'kms:Decrypt' },
    ]);
    expect(resource(otpRoom(), 'AWS::SecretsManager::Secret', /^Pepper/).Properties.KmsKeyId).toEqual(
      arnOf(/^PepperKey/),
    );
  });

  test('of the inbox lets importers encrypt only', () => {
    const importers = keyStatements(otpRoom(), /^Inbox/).filter(({ Principal }) =>
      JSON.stringify(Principal).includes('Importer'),
    );
    expect(importers.flatMap(actionsOf)).toEqual(['kms:GenerateDataKey']);
  });

  test('does not let the send function write, nor read what manages keys', () => {
    const sends = keyStatements(otpRoom(), /^ProviderKey/).filter(({ Principal }) =>
      JSON.stringify(Principal).includes('SendRole'),
    );
    expect(sends).toEqual([
      expect.objectContaining({
        Action: 'kms:Decrypt',
        Condition: expect.objectContaining({
          StringLike: {
            'kms:EncryptionContext:SecretARN':
              'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keyroom/production/otp/sending-??????',
          },
        }) as unknown,
      }),
    ]);
  });

  test('is rotated, and kept when the stack goes, unless its creation is rolled back', () => {
    for (const [, { Properties, DeletionPolicy }] of resources(otpRoom(), 'AWS::KMS::Key')) {
      expect(Properties.EnableKeyRotation).toBe(true);
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    }
  });
});
