import { Worker } from 'node:worker_threads';

import { addFigures } from '../../test/lambda/send/support/figures.ts';
import { type FromWorker, type Job, type JobResult, nameOf, type Part } from './job.ts';

/** What one story came to, or all random schedules together. */
export interface Step extends JobResult {
  readonly name: string;
  readonly part: Part;
  readonly ok: boolean;
}

const NEWS_MS = 5000;

/** Does all jobs, so many at the same time. @param onNews called every few seconds with how far a job is */
export const playAll = async (
  jobs: readonly Job[],
  workers: number,
  onNews: (news: string) => void,
): Promise<readonly Step[]> => {
  const results = new Map<Job, JobResult>();
  const queue = [...jobs];
  let lastNews = performance.now();
  const news = (text: string): void => {
    if (performance.now() - lastNews < NEWS_MS) return;
    lastNews = performance.now();
    onNews(text);
  };
  const one = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const name = nameOf(job);
      results.set(job, await play(job, (runs) => news(`${name}: ${runs.toLocaleString('en')} invocations …`)));
      news(`${results.size} of ${jobs.length} jobs done …`);
    }
  };
  await Promise.all(Array.from({ length: workers }, one));
  return [...new Set(jobs.map(nameOf))].map((name) => {
    const those = jobs.filter((job) => nameOf(job) === name);
    return stepOf(
      name,
      those[0]?.part ?? 'random',
      those.flatMap((job) => results.get(job) ?? []),
    );
  });
};

const play = (job: Job, onRuns: (runs: number) => void): Promise<JobResult> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job });
    worker.on('message', (news: FromWorker) => {
      if ('schedules' in news) resolve(news);
      else onRuns(news.runs);
    });
    worker.on('error', reject);
  });

const stepOf = (name: string, part: Part, results: readonly JobResult[]): Step => {
  const sum = (of: (result: JobResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const broken = [...new Map(results.flatMap((result) => result.broken))];
  const figures = results.flatMap((result) => result.figures ?? []);
  return {
    ...{ name, part, ok: broken.length === 0, broken },
    schedules: sum(({ schedules }) => schedules),
    states: sum(({ states }) => states),
    runs: sum(({ runs }) => runs),
    seconds: sum(({ seconds }) => seconds),
    ...(figures.length > 0 ? { figures: figures.reduce(addFigures) } : {}),
  };
};
