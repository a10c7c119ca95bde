import type { SecretRead, SecretStore } from '../secret-store.ts';
import { isEmptyValue, SecretValue } from '../secret-value.ts';
import { type AwsCallOptions, createAwsCall } from './aws-call.ts';
import { isAwsError } from './aws-error.ts';

export type SecretStoreOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'> & {
  readonly secretArn: string;
};

/** {@link SecretStore} over signed HTTP, for the send path: one attempt a read, each answer of AWS a value. */
export const createSecretStore = ({ secretArn, ...options }: SecretStoreOptions): SecretStore => {
  const call = createAwsCall({
    service: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
    ...options,
  });
  return {
    read: async (stage) => {
      try {
        return valueOf(await call('GetSecretValue', { SecretId: secretArn, VersionStage: stage }));
      } catch (error: unknown) {
        if (isAwsError(error, 'ResourceNotFoundException')) return { kind: 'absent' };
        if (isAwsError(error, 'AccessDeniedException', 'AccessDenied')) return { kind: 'denied' };
        if (isAwsError(error)) return { kind: 'unavailable' };
        throw error;
      }
    },
  };
};

/** `CreatedDate` is in seconds, as AWS's JSON protocols write moments. */
const valueOf = (answer: Readonly<Record<string, unknown>>): SecretRead => {
  const { SecretString: text, VersionId: versionId, CreatedDate: created } = answer;
  if (typeof text !== 'string' || text === '' || typeof versionId !== 'string') return { kind: 'absent' };
  const value = new SecretValue(text);
  if (isEmptyValue(value)) return { kind: 'absent' };
  const seconds = typeof created === 'number' ? created : 0;
  return { kind: 'value', value, versionId, createdAt: seconds * 1000 };
};
