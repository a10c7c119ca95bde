import type { SimulatedProviderName } from '../../local/simulators/start.ts';

/** One story of one provider. */
export interface Job {
  readonly provider: SimulatedProviderName;
  readonly story: string;
  readonly faults: number;
}

export interface JobResult {
  /** Schedules of faults that were played, one by one or as part of a state already seen. */
  readonly schedules: number;
  readonly states: number;
  /** Invocations of the function. */
  readonly runs: number;
  /** What did not hold, each with one schedule that shows it. */
  readonly broken: readonly (readonly [sentence: string, schedule: string])[];
  readonly seconds: number;
}

/** News while a job runs, and its result at last. */
export type FromWorker = { readonly runs: number } | JobResult;
