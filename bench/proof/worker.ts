/** Plays one story of one provider in a thread of its own, and tells now and then how far it is. */
import { parentPort, workerData } from 'node:worker_threads';

import { explore } from '../../test/lambda/rotate-key/support/explore.ts';
import { STORIES } from '../../test/lambda/rotate-key/support/stories.ts';
import type { FromWorker, Job } from './job.ts';

// Every fault is an error, and writing down its stack would take most of the time.
Error.stackTraceLimit = 0;

const RUNS_BETWEEN_NEWS = 2000;

const { provider, story, faults } = workerData as Job;
const tell = (news: FromWorker): void => {
  parentPort?.postMessage(news);
};
const told = STORIES[story];
if (told === undefined) throw new Error(`there is no story ${story}`);

const started = performance.now();
const { schedules, states, runs, broken } = await explore(told(provider), faults, {
  onRun: (count) => {
    if (count % RUNS_BETWEEN_NEWS === 0) tell({ runs: count });
  },
});
tell({ schedules, states, runs, broken: [...broken], seconds: (performance.now() - started) / 1000 });
