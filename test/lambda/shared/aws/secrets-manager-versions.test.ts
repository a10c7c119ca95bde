import { inspect } from 'node:util';

import {
  InvalidParameterException,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';

import { createSecretVersions } from '../../../../lambda/shared/aws/secrets-manager-versions.ts';
import { SecretValue } from '../../../../lambda/shared/secret-value.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:keyroom/test/otp/sending-AbCdEf';
const TOKEN = '0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d';

interface Sent {
  readonly name: string;
  readonly input: unknown;
}

/** Secrets Manager with one answer, or one error, for every call. */
const answering = (answer: object) => {
  const sent: Sent[] = [];
  const client = {
    send: (command: { readonly input: unknown }) => {
      sent.push({ name: command.constructor.name, input: command.input });
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { versions: createSecretVersions(client as unknown as SecretsManagerClient, ARN), sent };
};

const failure = (name: string) =>
  new SecretsManagerServiceException({ name, $fault: 'client', $metadata: {}, message: 'canary-4711' });
const known = { $metadata: {}, message: 'canary-4711' };

describe('createSecretVersions', () => {
  test('get always names the stage, and the version where it is asked for', async () => {
    const { versions, sent } = answering({
      VersionId: TOKEN,
      SecretString: '{"token":"x"}',
      CreatedDate: new Date(1000),
    });
    const stored = await versions.get('AWSPENDING', TOKEN);
    expect([stored?.versionId, stored?.value.reveal(), stored?.createdAt]).toEqual([TOKEN, '{"token":"x"}', 1000]);
    await versions.get('AWSCURRENT');
    expect(sent.map(({ input }) => input)).toEqual([
      { SecretId: ARN, VersionStage: 'AWSPENDING', VersionId: TOKEN },
      { SecretId: ARN, VersionStage: 'AWSCURRENT' },
    ]);
  });

  test.each([
    ['there is no such version', new ResourceNotFoundException(known)],
    ['the version holds nothing', { VersionId: TOKEN }],
    ['the version holds the mark of nothing', { VersionId: TOKEN, SecretString: '{}' }],
  ])('get gives null when %s', async (_, answer) => {
    expect(await answering(answer).versions.get('AWSPENDING')).toBeNull();
  });

  test('put always names the stages: without them the value would be current at once', async () => {
    const { versions, sent } = answering({ VersionId: TOKEN });
    expect(await versions.put(TOKEN, new SecretValue('v'), ['AWSPENDING'])).toBe('stored');
    expect(sent[0]).toEqual({
      name: 'PutSecretValueCommand',
      input: { SecretId: ARN, ClientRequestToken: TOKEN, SecretString: 'v', VersionStages: ['AWSPENDING'] },
    });
  });

  test('moveStage is one call that names both versions', async () => {
    const { versions, sent } = answering({});
    expect(await versions.moveStage('AWSCURRENT', { to: TOKEN, from: 'old' })).toBe('moved');
    expect(sent[0]?.input).toEqual({
      SecretId: ARN,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: TOKEN,
      RemoveFromVersionId: 'old',
    });
  });

  test('startRotation rotates at once under the token given', async () => {
    const { versions, sent } = answering({});
    expect(await versions.startRotation(TOKEN)).toBe('started');
    expect(sent[0]?.input).toEqual({ SecretId: ARN, ClientRequestToken: TOKEN, RotateImmediately: true });
  });

  test('describe gives labels and whether rotation is on', async () => {
    const { versions } = answering({ RotationEnabled: true, VersionIdsToStages: { [TOKEN]: ['AWSCURRENT'] } });
    expect(await versions.describe()).toEqual({ rotationEnabled: true, versions: { [TOKEN]: ['AWSCURRENT'] } });
    expect(await answering({}).versions.describe()).toEqual({ rotationEnabled: null, versions: {} });
    expect((await answering({ RotationEnabled: false }).versions.describe()).rotationEnabled).toBe(false);
  });

  test('answers that have a meaning are not errors', async () => {
    const value = new SecretValue('v');
    expect(await answering(new ResourceExistsException(known)).versions.put(TOKEN, value, ['AWSPENDING'])).toBe(
      'conflict',
    );
    expect(await answering(new InvalidParameterException(known)).versions.moveStage('X', { to: TOKEN })).toBe(
      'conflict',
    );
    expect(await answering(new InvalidRequestException(known)).versions.startRotation(TOKEN)).toBe('refused');
  });

  test.each([
    ['the policy or the role refuses', failure('AccessDeniedException'), 'secret-access-denied'],
    ['the KMS key is disabled', failure('DecryptionFailure'), 'secret-access-denied'],
    ['the KMS key refuses to encrypt', failure('EncryptionFailure'), 'secret-access-denied'],
    ['the service fails', failure('InternalServiceError'), 'secret-store-unavailable'],
    [
      'there is no way to it',
      Object.assign(new Error('canary-4711'), { name: 'TimeoutError' }),
      'secret-store-unavailable',
    ],
  ])('fails when %s, by a code, and keeps the cause out of its message', async (_, error, code) => {
    const value = new SecretValue('secret-4711');
    const { versions } = answering(error);
    for (const call of [versions.describe(), versions.get('AWSCURRENT'), versions.put(TOKEN, value, ['AWSPENDING'])]) {
      const got = await call.then(
        () => undefined,
        (reason: unknown) => reason as Error & { code: string },
      );
      expect(got?.code).toBe(code);
      expect(got?.message).not.toContain('canary-4711');
      expect(inspect(got, { depth: 9 })).not.toContain('secret-4711');
    }
  });
});
