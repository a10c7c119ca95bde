import { KeyroomError } from '../shared/errors.ts';

/**
 * A look did not come to its end; the next one does the same.
 *
 * Says nothing of what stopped it, which is in the log: Lambda writes down all of an error that leaves a function, and
 * AWS's errors hold what was answered.
 */
export class LookFailedError extends KeyroomError {
  override readonly name = 'LookFailedError';
  readonly code = 'look-failed';
  readonly retryable = true;

  constructor() {
    super('the room could not be compared with its provider');
  }
}
