import { DRAINING_STAGE, RETIRING_STAGES } from './contract.ts';
import { KeyroomError } from './errors.ts';
import type { SecretValue } from './secret-value.ts';

export const CURRENT_STAGE = 'AWSCURRENT';
export const PENDING_STAGE = 'AWSPENDING';
export const PREVIOUS_STAGE = 'AWSPREVIOUS';

/** A secret's versions by id, each with its staging labels; versions without a label are not listed. */
export interface SecretDescription {
  /** `null` while rotation has never been configured, which a step that a deploy runs may still see. */
  readonly rotationEnabled: boolean | null;
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** One stored value. */
export interface StoredVersion {
  readonly versionId: string;
  readonly value: SecretValue;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * The versions of one secret and their staging labels.
 *
 * Every call may throw {@link SecretVersionsError}.
 */
export interface SecretVersions {
  describe(): Promise<SecretDescription>;
  /**
   * The value under a staging label; `null` when there is no such version, or it holds no value or the mark of none.
   *
   * The label is always named, because the secret's policy refuses reads that do not.
   *
   * @param versionId only this version: `null` when the label sits on another one
   */
  get(stage: string, versionId?: string): Promise<StoredVersion | null>;
  /**
   * Stores a value as a version of its own under the labels given. The same token and value again is a no-op.
   *
   * The first version of a secret also takes AWSCURRENT, whatever labels are given:
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
   *
   * @returns `conflict` when the token already stands for another value
   */
  put(token: string, value: SecretValue, stages: readonly string[]): Promise<'stored' | 'conflict'>;
  /** Puts a label on `to`, off `from` (when given), in one step; `conflict` when `from` does not have it. */
  moveStage(stage: string, move: { readonly to?: string; readonly from?: string }): Promise<'moved' | 'conflict'>;
  /** Starts a rotation; `refused` when another one has not finished. Returns before the first step runs. */
  startRotation(token: string): Promise<'started' | 'refused'>;
}

/**
 * The store did not do what was asked.
 *
 * `secret-access-denied` covers the secret's policy, the role and the key's policy or state: to the function they look
 * alike, and a person looks at all three.
 */
export class SecretVersionsError extends KeyroomError {
  override readonly name = 'SecretVersionsError';
  readonly code: 'secret-access-denied' | 'secret-store-unavailable';
  readonly retryable: boolean;

  constructor(operation: string, code: SecretVersionsError['code'], cause: unknown) {
    super(`${operation} failed: ${code}`, { cause });
    this.code = code;
    this.retryable = code === 'secret-store-unavailable';
  }
}

/** The version that carries a label, where one does. */
export const versionWith = (description: SecretDescription, stage: string): string | undefined =>
  Object.keys(description.versions).find((id) => description.versions[id]?.includes(stage));

/** Whether a version's labels say that its key is to end, because it is old or because it has leaked. */
export const isEnding = (stages: readonly string[]): boolean =>
  stages.some((stage) => stage === DRAINING_STAGE || stage.startsWith(RETIRING_STAGES));
