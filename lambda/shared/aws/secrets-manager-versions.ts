import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  SecretsManagerServiceException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

import { isEmptyValue, SecretValue } from '../secret-value.ts';
import { type SecretVersions, SecretVersionsError } from '../secret-versions.ts';

/** The versions of one secret in Secrets Manager. Calls are retried by the SDK; all of them may be repeated. */
export const createSecretVersions = (client: SecretsManagerClient, secretArn: string): SecretVersions => {
  const SecretId = secretArn;
  return {
    describe: async () => {
      const answer = await translated('DescribeSecret', () => client.send(new DescribeSecretCommand({ SecretId })));
      return { rotationEnabled: answer.RotationEnabled ?? null, versions: answer.VersionIdsToStages ?? {} };
    },
    get: async (stage, versionId) => {
      const input = { SecretId, VersionStage: stage, ...(versionId === undefined ? {} : { VersionId: versionId }) };
      const answer = await unless('GetSecretValue', ['ResourceNotFoundException'], () =>
        client.send(new GetSecretValueCommand(input)),
      );
      if (!answer?.SecretString || !answer.VersionId) return null;
      const value = new SecretValue(answer.SecretString);
      if (isEmptyValue(value)) return null;
      return { versionId: answer.VersionId, value, createdAt: answer.CreatedDate?.getTime() ?? 0 };
    },
    put: async (token, value, stages) => {
      const answer = await unless('PutSecretValue', ['ResourceExistsException'], () =>
        client.send(
          new PutSecretValueCommand({
            SecretId,
            ClientRequestToken: token,
            SecretString: value.reveal(),
            // Without them the new value would become current at once.
            VersionStages: [...stages],
          }),
        ),
      );
      return answer === undefined ? 'conflict' : 'stored';
    },
    moveStage: async (stage, { to, from }) => {
      const answer = await unless('UpdateSecretVersionStage', ['InvalidParameterException'], () =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: stage,
            ...(to === undefined ? {} : { MoveToVersionId: to }),
            ...(from === undefined ? {} : { RemoveFromVersionId: from }),
          }),
        ),
      );
      return answer === undefined ? 'conflict' : 'moved';
    },
    startRotation: async (token) => {
      const answer = await unless('RotateSecret', ['InvalidRequestException'], () =>
        client.send(new RotateSecretCommand({ SecretId, ClientRequestToken: token, RotateImmediately: true })),
      );
      return answer === undefined ? 'refused' : 'started';
    },
  };
};

/** The answer, or `undefined` for an error that is one of the port's answers. */
const unless = async <T>(
  operation: string,
  expected: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await call();
  } catch (error: unknown) {
    if (error instanceof SecretsManagerServiceException && expected.includes(error.name)) return undefined;
    throw translate(operation, error);
  }
};

const translated = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error: unknown) {
    throw translate(operation, error);
  }
};

/** KMS refusals come as failures to encrypt or decrypt. */
const DENIED = ['AccessDeniedException', 'AccessDenied', 'DecryptionFailure', 'EncryptionFailure'];

const translate = (operation: string, error: unknown): SecretVersionsError =>
  new SecretVersionsError(
    operation,
    error instanceof Error && DENIED.includes(error.name) ? 'secret-access-denied' : 'secret-store-unavailable',
    error,
  );
