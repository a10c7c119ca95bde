import { PROBLEM_KINDS, type ProblemCode, type ProblemDocument, problemType } from '../api/contract.ts';

/** A refusal as a use case states it; the door adds the request id. */
export interface Problem {
  readonly code: ProblemCode;
  readonly document: Omit<ProblemDocument, 'requestId'>;
  /** For the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
  /** Why, as a fixed code for the log; the caller reads `detail`. */
  readonly cause?: string;
}

/** What a case may add to, or say better than, the fixed parts of its code. */
type Extra = Partial<
  Pick<
    ProblemDocument,
    'status' | 'detail' | 'retry' | 'fix' | 'field' | 'allowed' | 'limit' | 'sent' | 'resetsAt' | 'id'
  >
> &
  Pick<Problem, 'retryAfterSeconds' | 'cause'>;

/**
 * A refusal with the fixed parts of its code and what this case adds.
 *
 * `detail` and `allowed` reach the caller and logs of theirs: they hold no number, no text and nothing of a body.
 */
export const problem = (code: ProblemCode, { retryAfterSeconds, cause, ...extra }: Extra = {}): Problem => {
  const { status, title, retry, fix } = PROBLEM_KINDS[code];
  return {
    code,
    document: { type: problemType(code), title, status, detail: title, sent: false, retry, fix, ...extra },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(cause === undefined ? {} : { cause }),
  };
};
