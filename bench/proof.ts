/**
 * `npm run prove`: plays the rotation's stories under every schedule of at most three faults.
 *
 * Exit code 0 only if everything held under all of them; 2 for arguments it does not know.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import Table from 'cli-table3';

import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../local/simulators/start.ts';
import { STORIES } from '../test/lambda/rotate-key/support/stories.ts';
import type { FromWorker, Job, JobResult } from './proof/job.ts';
import { orWrongUsage } from './wrong-usage.ts';

const PROVIDERS = Object.keys(SIMULATED_PROVIDERS) as readonly SimulatedProviderName[];

const USAGE = `npm run prove -- [options]

Plays an import, two rotations and whatever else happens to a room's keys, per provider and through the real handler,
under every schedule of at most N faults: each call to the provider, the secrets and the ledger may be refused, may lose
its answer, or the function may die before or after it. Worlds that were seen before are not played again.

  --faults N        faults in one schedule, 0 to 4. Default: KEYROOM_MAX_FAULTS, or else 3
  --providers LIST  separated by commas. Default: ${PROVIDERS.join(',')}
  --json            one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run prove
  npm run prove -- --faults 2 --providers d7
`;

const options = () => {
  const { values } = parseArgs({
    options: {
      faults: { type: 'string', default: process.env.KEYROOM_MAX_FAULTS ?? '3' },
      providers: { type: 'string', default: PROVIDERS.join(',') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^[0-4]$/.test(values.faults)) throw new Error(`--faults must be a number from 0 to 4, got "${values.faults}"`);
  const wanted = values.providers.split(',');
  const providers = PROVIDERS.filter((name) => wanted.includes(name));
  if (providers.length < wanted.length) {
    throw new Error(`--providers must name some of ${PROVIDERS.join(', ')}, got "${values.providers}"`);
  }
  return { ...values, faults: Number(values.faults), providers };
};

const NEWS_MS = 5000;

const play = (job: Job, isQuiet: boolean): Promise<JobResult> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./proof/worker.ts', import.meta.url), { workerData: job });
    let lastNews = performance.now();
    worker.on('message', (news: FromWorker) => {
      if ('schedules' in news) resolve(news);
      else if (!isQuiet && performance.now() - lastNews > NEWS_MS) {
        lastNews = performance.now();
        process.stderr.write(`${job.provider} ${job.story}: ${news.runs.toLocaleString('en')} invocations …\n`);
      }
    });
    worker.on('error', reject);
  });

type Step = Job & JobResult & { readonly name: string; readonly ok: boolean };

const playAll = async (jobs: readonly Job[], isQuiet: boolean): Promise<readonly Step[]> => {
  const steps = new Map<Job, Step>();
  const queue = [...jobs];
  const one = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const result = await play(job, isQuiet);
      steps.set(job, { ...job, ...result, name: `${job.provider}: ${job.story}`, ok: result.broken.length === 0 });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return jobs.flatMap((job) => steps.get(job) ?? []);
};

const print = (steps: readonly Step[]): void => {
  const table = new Table({
    head: ['provider', 'story', 'schedules', 'states', 'invocations', 'seconds', 'broken'],
    style: { head: [], border: [] },
  });
  const columns = (step: JobResult) =>
    [step.schedules, step.states, step.runs, Math.round(step.seconds)].map((count) => count.toLocaleString('en'));
  for (const step of steps) table.push([step.provider, step.story, ...columns(step), String(step.broken.length)]);
  process.stdout.write(`${table.toString()}\n`);
  for (const { name, broken } of steps) {
    for (const [sentence, schedule] of broken) process.stdout.write(`${name}: ${sentence} after ${schedule}\n`);
  }
};

const main = async ({ faults, providers, json, help }: ReturnType<typeof options>): Promise<number> => {
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  // The long ones first, so that no processor waits for the last.
  const jobs = Object.keys(STORIES).flatMap((story) => providers.map((provider) => ({ provider, story, faults })));
  const steps = await playAll(jobs, json);
  const ok = steps.every((step) => step.ok);
  const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), 0);
  const figures = { faults, schedules: sum(({ schedules }) => schedules), runs: sum(({ runs }) => runs) };
  const detailed = steps.map((step) => ({
    ...step,
    detail:
      step.broken.length === 0
        ? `${step.schedules} schedules held`
        : step.broken.map(([sentence, schedule]) => `${sentence} after ${schedule}`).join('; '),
  }));
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps: detailed, figures })}\n`);
  else {
    print(steps);
    const all = `all ${figures.schedules.toLocaleString('en')} schedules of at most ${faults} faults`;
    process.stdout.write(`${all}: ${ok ? 'held' : 'did not hold'}\n`);
  }
  return ok ? 0 : 1;
};

process.exitCode = await main(orWrongUsage(options));
