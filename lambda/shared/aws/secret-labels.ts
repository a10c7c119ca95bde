import { type AwsCallOptions, createAwsCall } from './aws-call.ts';

export type SecretLabelsOptions = Pick<AwsCallOptions, 'environment' | 'http' | 'clock' | 'timeoutMs'>;

/** A version of a secret that has a label; never its value. */
export interface LabelledVersion {
  readonly versionId: string;
  readonly stages: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The versions of a secret that have labels. @throws AwsError */
export const createSecretLabels = (
  options: SecretLabelsOptions,
): ((secretArn: string) => Promise<readonly LabelledVersion[]>) => {
  const target = { service: 'secretsmanager', targetPrefix: 'secretsmanager', jsonVersion: '1.1' } as const;
  const call = createAwsCall({ ...target, ...options });
  return async (secretArn) => {
    // A hundred versions are the most that a secret has, and one answer holds as many.
    const { Versions = [] } = await call('ListSecretVersionIds', { SecretId: secretArn, MaxResults: 100 });
    return (Versions as Version[]).flatMap(({ VersionId, VersionStages = [], CreatedDate = 0 }) =>
      VersionId === undefined ? [] : [{ versionId: VersionId, stages: VersionStages, createdAt: CreatedDate * 1000 }],
    );
  };
};

/** Moments in seconds, as AWS's JSON protocols write them. */
interface Version {
  readonly VersionId?: string;
  readonly VersionStages?: readonly string[];
  readonly CreatedDate?: number;
}
