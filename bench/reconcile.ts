/**
 * `npm run bench:reconcile`: plays weeks of a room's life and looks for false alarms and for thieves that are not found.
 *
 * Exit code 0 only if there was none of either; 2 for arguments it does not know.
 */
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../local/simulators/start.ts';
import { playMonth } from '../test/lambda/reconcile/support/month.ts';
import { orWrongUsage } from './wrong-usage.ts';

const PROVIDERS = Object.keys(SIMULATED_PROVIDERS) as readonly SimulatedProviderName[];
const SEEDS = [1, 2, 3];

const USAGE = `npm run bench:reconcile -- [options]

Compares a room with its provider every five minutes for so many simulated days, through the real handler and the
provider's simulator, with three seeds for each provider.

  --days N  1 to 60. Default: 30
  --json    one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run bench:reconcile
  npm run bench:reconcile -- --days 7 --json
`;

const options = () => {
  const { values } = parseArgs({
    options: {
      days: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > 60) {
    throw new Error(`--days must be a number from 1 to 60, got "${values.days}"`);
  }
  return { ...values, days };
};

const { days, json, help } = orWrongUsage(options);
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

interface Step {
  name: string;
  ok: boolean;
  seconds: number;
  detail: Awaited<ReturnType<typeof playMonth>>;
}
const steps: Step[] = [];
for (const provider of PROVIDERS) {
  for (const seed of SEEDS) {
    const begun = performance.now();
    const month = await playMonth(provider, seed, days);
    const ok = month.falseAlarms === 0 && month.missed === 0 && month.stale === 0;
    const seconds = (performance.now() - begun) / 1000;
    steps.push({ name: `${provider}, seed ${seed}`, ok, seconds, detail: month });
    if (!json) process.stderr.write(`${provider}, seed ${seed}: ${seconds.toFixed(0)} s\n`);
  }
}

const ok = steps.every((step) => step.ok);
const minutes = (ms: number): number => Math.round(ms / 6000) / 10;
const figures = Object.fromEntries(
  PROVIDERS.map((provider) => {
    const months = steps.filter(({ name }) => name.startsWith(provider)).map(({ detail }) => detail);
    const delays = months.flatMap((month) => month.delays).sort((a, b) => a - b);
    const sum = (value: (month: (typeof months)[number]) => number): number =>
      months.reduce((all, each) => all + value(each), 0);
    return [
      provider,
      {
        looks: sum(({ looks }) => looks),
        messages: sum(({ messages }) => messages),
        falseAlarms: sum(({ falseAlarms }) => falseAlarms),
        found: delays.length,
        missed: sum(({ missed }) => missed),
        medianMinutes: minutes(delays[Math.floor(delays.length / 2)] ?? 0),
        worstMinutes: minutes(delays.at(-1) ?? 0),
      },
    ];
  }),
);
if (json) process.stdout.write(`${JSON.stringify({ ok, steps, figures })}\n`);
else {
  const table = new Table({
    head: ['provider', 'looks', 'messages', 'false alarms', 'found', 'missed', 'median, min', 'worst, min'],
  });
  for (const [provider, figure] of Object.entries(figures)) table.push([provider, ...Object.values(figure)]);
  process.stdout.write(`${table.toString()}\n${ok ? 'it held' : 'it did not hold'}\n`);
}
process.exitCode = ok ? 0 : 1;
