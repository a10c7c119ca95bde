import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../local/simulators/start.ts';
import { STORIES } from '../../test/lambda/rotate-key/support/stories.ts';
import type { Figures } from '../../test/lambda/send/support/figures.ts';
import { SEND_STORIES } from '../../test/lambda/send/support/stories.ts';

/** What is proved, by what happens: to a room's keys, to one message, to many at once; and what leaves the functions. */
export const PARTS = ['keys', 'message', 'random', 'canaries'] as const;
export type Part = (typeof PARTS)[number];

/** One piece of work: a story under every schedule of faults, some random schedules, or a search for what leaks. */
export type Job =
  | {
      readonly part: 'keys';
      readonly provider: SimulatedProviderName;
      readonly story: string;
      readonly faults: number;
    }
  | { readonly part: 'message'; readonly story: string; readonly faults: number }
  | { readonly part: 'random'; readonly firstSeed: number; readonly seeds: number }
  | { readonly part: 'canaries'; readonly invocations: number };

export interface JobResult {
  /** Schedules that were played, one by one or as part of a state already seen; 0 for canaries. */
  readonly schedules: number;
  /** 0 for random schedules: no two of them are taken for the same; 0 for canaries. */
  readonly states: number;
  /** Invocations; of random schedules, calls to the provider. */
  readonly runs: number;
  /** What did not hold, each with one schedule that shows it. */
  readonly broken: readonly (readonly [sentence: string, schedule: string])[];
  /** Of random schedules. */
  readonly figures?: Figures;
  readonly seconds: number;
}

/** News while a job runs, and its result at last. */
export type FromWorker = { readonly runs: number } | JobResult;

export const PROVIDERS = Object.keys(SIMULATED_PROVIDERS) as readonly SimulatedProviderName[];

export interface Wanted {
  readonly parts: readonly Part[];
  readonly providers: readonly SimulatedProviderName[];
  /** Faults in one schedule. */
  readonly faults: number;
  readonly seeds: number;
  /** Invocations that are searched for what leaks. */
  readonly canaries: number;
}

/** Of one job: so that every processor has some, and a failure is told soon. */
const SEEDS_OF_A_JOB = 1000;

/** The long ones first, so that no processor waits for the last. */
export const jobsFor = ({ parts, providers, faults, seeds, canaries }: Wanted): readonly Job[] =>
  [
    { part: 'canaries', invocations: canaries } satisfies Job,
    ...Object.keys(SEND_STORIES).map((story): Job => ({ part: 'message', story, faults })),
    ...Object.keys(STORIES).flatMap((story) =>
      providers.map((provider): Job => ({ part: 'keys', provider, story, faults })),
    ),
    ...Array.from({ length: Math.ceil(seeds / SEEDS_OF_A_JOB) }, (_, i): Job => ({
      part: 'random',
      firstSeed: i * SEEDS_OF_A_JOB + 1,
      seeds: Math.min(SEEDS_OF_A_JOB, seeds - i * SEEDS_OF_A_JOB),
    })),
  ].filter(({ part }) => parts.includes(part));

/** What a job is called in the report; all random schedules together are one. */
export const nameOf = (job: Job): string => {
  if (job.part === 'keys') return `${job.provider}: ${job.story}`;
  if (job.part === 'canaries') return 'canaries';
  return job.part === 'message' ? `message: ${job.story}` : 'random schedules';
};
