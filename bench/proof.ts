/**
 * `npm run prove`: plays the rotation's and the send path's stories under every schedule of at most three faults, and the
 * send path under random schedules; and searches everything that leaves the functions for secrets.
 *
 * Exit code 0 only if everything held under all of them; 2 for arguments it does not know.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { jobsFor, PARTS, PROVIDERS } from './proof/job.ts';
import { playAll, type Step } from './proof/play-all.ts';
import { orWrongUsage } from './wrong-usage.ts';

const USAGE = `npm run prove -- [options]

Plays, through the real handlers:
  keys     an import, two rotations and whatever else happens to a room's keys, per provider, and
  message  the life of one message, from the app's request to its end,
           under every schedule of at most N faults: each call to the provider, the secrets, the queue and the ledger may
           be refused, may lose its answer or come late, the function may die before or after it, and the app, the queue
           or the sweep may come in between. Worlds that were seen before are not played again.
  random   eight messages, two workers, duplicates, rotations and freezes at once, in an order that a seed decides.
  canaries every function, with random keys, numbers and texts, while what it reaches for fails and repeats what it got:
           none of them may be found, in any form, in what leaves it.

  --faults N        faults in one schedule, 0 to 4. Default: KEYROOM_MAX_FAULTS, or else 3
  --seeds N         random schedules. Default: KEYROOM_SEEDS, or else 100000
  --canaries N      invocations that are searched. Default: KEYROOM_CANARIES, or else 10000
  --parts LIST      separated by commas. Default: ${PARTS.join(',')}
  --providers LIST  whose keys, separated by commas. Default: ${PROVIDERS.join(',')}
  --workers N       threads. Default: one for each processor
  --json            one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run prove
  npm run prove -- --parts keys --faults 2 --providers d7
  npm run prove -- --parts message,random --seeds 10000
`;

const listed = <T extends string>(name: string, text: string, known: readonly T[]): readonly T[] => {
  const wanted = text.split(',');
  const found = known.filter((each) => wanted.includes(each));
  if (found.length === wanted.length) return found;
  throw new Error(`--${name} must name some of ${known.join(', ')}, got "${text}"`);
};

const counted = (name: string, text: string, most: number): number => {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`--${name} must be a number from 0 to ${most}, got "${text}"`);
};

const options = () => {
  const { values } = parseArgs({
    options: {
      faults: { type: 'string', default: process.env.KEYROOM_MAX_FAULTS ?? '3' },
      seeds: { type: 'string', default: process.env.KEYROOM_SEEDS ?? '100000' },
      canaries: { type: 'string', default: process.env.KEYROOM_CANARIES ?? '10000' },
      parts: { type: 'string', default: PARTS.join(',') },
      providers: { type: 'string', default: PROVIDERS.join(',') },
      workers: { type: 'string', default: String(availableParallelism()) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...{ json: values.json, help: values.help },
    faults: counted('faults', values.faults, 4),
    seeds: counted('seeds', values.seeds, 10_000_000),
    canaries: counted('canaries', values.canaries, 10_000_000),
    workers: Math.max(1, counted('workers', values.workers, 256)),
    parts: listed('parts', values.parts, PARTS),
    providers: listed('providers', values.providers, PROVIDERS),
  };
};

const print = (steps: readonly Step[]): void => {
  const table = new Table({
    head: ['what', 'schedules', 'states', 'invocations', 'seconds', 'broken'],
    style: { head: [], border: [] },
  });
  const columns = (step: Step) =>
    [step.schedules, step.states, step.runs, Math.round(step.seconds)].map((count) => count.toLocaleString('en'));
  for (const step of steps) table.push([step.name, ...columns(step), String(step.broken.length)]);
  process.stdout.write(`${table.toString()}\n`);
  for (const { name, broken } of steps) {
    for (const [sentence, schedule] of broken) process.stdout.write(`${name}: ${sentence} after ${schedule}\n`);
  }
  for (const { figures } of steps) {
    if (figures === undefined) continue;
    const parts = Object.entries<number>({ ...figures }).map(
      ([name, count]) => `${count.toLocaleString('en')} ${name}`,
    );
    process.stdout.write(`random schedules: ${parts.join(', ')}\n`);
  }
};

const main = async ({ json, help, workers, ...wanted }: ReturnType<typeof options>): Promise<number> => {
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const steps = await playAll(jobsFor(wanted), workers, (news) => {
    if (!json) process.stderr.write(`${news}\n`);
  });
  const ok = steps.every((step) => step.ok);
  const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), 0);
  const canaries = steps.find(({ part }) => part === 'canaries');
  const random = steps.find(({ part }) => part === 'random');
  const figures = {
    faults: wanted.faults,
    schedules: sum(({ schedules }) => schedules),
    runs: sum(({ runs }) => runs),
    ...(canaries ? { canaryInvocations: canaries.runs } : {}),
    ...(random?.figures ? { random: random.figures } : {}),
  };
  const detailed = steps.map((step) => ({
    ...step,
    detail: step.ok
      ? step.part === 'canaries'
        ? `nothing leaked in ${step.runs} invocations`
        : `${step.schedules} schedules held`
      : step.broken.map(([sentence, schedule]) => `${sentence} after ${schedule}`).join('; '),
  }));
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps: detailed, figures })}\n`);
  else {
    print(steps);
    const exhaustive = figures.schedules - (random?.schedules ?? 0);
    const all = `all ${exhaustive.toLocaleString('en')} schedules of at most ${wanted.faults} faults`;
    const others = random === undefined ? '' : ` and ${random.schedules.toLocaleString('en')} random ones`;
    const searched =
      canaries === undefined ? '' : `, and ${canaries.runs.toLocaleString('en')} invocations without a leak`;
    process.stdout.write(`${all}${others}${searched}: ${ok ? 'held' : 'did not hold'}\n`);
  }
  return ok ? 0 : 1;
};

process.exitCode = await main(orWrongUsage(options));
