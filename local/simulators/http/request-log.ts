import { createBoundedList, type BoundedList } from '../bounded-list.ts';

/** One request as the test driver sees it: no header, no query, no body. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  /** `null`: the connection was reset instead of an answer. */
  readonly status: number | null;
  readonly source: string;
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
}

const MAX_REQUESTS = 100_000;

export const createRequestLog = (): BoundedList<RequestRecord> => createBoundedList(MAX_REQUESTS);
