/** Does one job in a thread of its own, and tells now and then how far it is. */
import { parentPort, workerData } from 'node:worker_threads';

import { playRooms } from '../../test/lambda/canary/play.ts';
import { explore as exploreKeys } from '../../test/lambda/rotate-key/support/explore.ts';
import { STORIES } from '../../test/lambda/rotate-key/support/stories.ts';
import { playSeeds } from '../../test/lambda/send/support/random-schedules.ts';
import { createSendStage } from '../../test/lambda/send/support/stage.ts';
import { SEND_STORIES } from '../../test/lambda/send/support/stories.ts';
import { explore } from '../../test/lambda/support/explore/explore.ts';
import type { FromWorker, Job, JobResult } from './job.ts';

// Every fault is an error, and writing down its stack would take most of the time.
Error.stackTraceLimit = 0;

const RUNS_BETWEEN_NEWS = 2000;

const tell = (news: FromWorker): void => {
  parentPort?.postMessage(news);
};
const onRun = (runs: number): void => {
  if (runs % RUNS_BETWEEN_NEWS === 0) tell({ runs });
};

const play = async (job: Job): Promise<Omit<JobResult, 'seconds'>> => {
  if (job.part === 'random') {
    const { broken, figures } = await playSeeds(job.firstSeed, job.seeds);
    return { schedules: job.seeds, states: 0, runs: figures.calls, broken: [...broken], figures };
  }
  if (job.part === 'canaries') {
    const { hits, invocations } = await playRooms(job.invocations, { onRoom: onRun });
    const runs = Object.values(invocations).reduce((sum, count) => sum + count, 0);
    return { schedules: 0, states: 0, runs, broken: [...hits].map(([hit, seed]) => [hit, `seed ${seed}`] as const) };
  }
  const told = job.part === 'keys' ? STORIES[job.story]?.(job.provider) : undefined;
  const sent = job.part === 'message' ? SEND_STORIES[job.story] : undefined;
  const explored =
    told !== undefined
      ? await exploreKeys(told, job.faults, { onRun })
      : sent !== undefined
        ? await explore(createSendStage(sent.provider), sent.story, job.faults, { onRun })
        : undefined;
  if (explored === undefined) throw new Error(`there is no story ${job.story}`);
  const { schedules, states, runs, broken } = explored;
  return { schedules, states, runs, broken: [...broken] };
};

const started = performance.now();
const result = await play(workerData as Job);
tell({ ...result, seconds: (performance.now() - started) / 1000 });
