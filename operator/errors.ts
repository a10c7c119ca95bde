/** A command that was called wrongly: the person must change the call, nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
