/** A command that was called wrongly: the person must change the call, nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The room said no: its stable code, what happened, and what to do. */
export class RoomRefusal extends Error {
  override readonly name = 'RoomRefusal';
  readonly code: string;
  readonly fix: string;
  /** Whether the same command may pass in a moment. */
  readonly retryable: boolean;

  constructor(refusal: Pick<RoomRefusal, 'code' | 'message' | 'fix' | 'retryable'>) {
    super(`${refusal.message} (${refusal.code})`);
    this.code = refusal.code;
    this.fix = refusal.fix;
    this.retryable = refusal.retryable;
  }
}
