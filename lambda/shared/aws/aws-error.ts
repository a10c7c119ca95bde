import { KeyroomError } from '../errors.ts';

/** What a call that AWS did not serve may have done. */
export type Effect =
  /** Definitely nothing. */
  | 'none'
  /** Perhaps all of it: no definite answer came back. */
  | 'unknown';

/** AWS refused a call, or could not be reached. Adapters translate it into what their port says. */
export class AwsError extends KeyroomError {
  override readonly name = 'AwsError';
  /** AWS's own name of the error (`ConditionalCheckFailedException`), or a cause of `HttpResult`. */
  readonly code: string;
  readonly retryable: boolean;
  readonly effect: Effect;
  readonly status: number | undefined;
  /** The answer's document, without its message: that may quote the request. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(operation: string, failure: Pick<AwsError, 'code' | 'retryable' | 'effect' | 'status' | 'details'>) {
    super(`${operation} failed: ${failure.code}`);
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.effect = failure.effect;
    this.status = failure.status;
    this.details = failure.details;
  }
}

export const isAwsError = (error: unknown, ...codes: readonly string[]): error is AwsError =>
  error instanceof AwsError && (codes.length === 0 || codes.includes(error.code));
