/**
 * `npm run bench:volume`: plays days of a room's life and looks how its volume alarms do.
 *
 * Exit code 0 only if, on the half of the traces that no threshold was set on, all rules together keep the figures that
 * the documents name; 2 for arguments it does not know.
 */
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { pagesOf, RULES, thresholdsOfTemplate } from './volume/alarms.ts';
import { type Judged, judge, score, type Scored } from './volume/score.ts';
import { type Kind, KINDS, traceOf } from './volume/traces.ts';
import { excessesOf } from './volume/watched.ts';
import { orWrongUsage } from './wrong-usage.ts';

const USAGE = `npm run bench:volume -- [options]

Plays seeded days (quiet, daily cycle, campaign, pumping, slow leak; 20 of each), each after four weeks of good days,
through the code of the watch and the definitions of the alarms. Thresholds were set on the first ten of each; what is
printed is scored on the other ten.

  --half first|second  Default: second
  --json               one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run bench:volume
  npm run --silent bench:volume -- --json
`;

const HALVES = { first: [1, 10], second: [11, 20] } as const;

const options = () => {
  const { values } = parseArgs({
    options: {
      half: { type: 'string', default: 'second' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { half } = values;
  if (half !== 'first' && half !== 'second') throw new Error(`--half must be first or second, got "${half}"`);
  return { json: values.json, help: values.help, seeds: HALVES[half] };
};

const { seeds, json, help } = orWrongUsage(options);
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

/** The least that all rules together have to come to. */
const LEAST = { precision: 0.9, recall: 0.95 };

const COMPARED = [...RULES, 'all'] as const;
type Compared = (typeof COMPARED)[number];

const thresholds = thresholdsOfTemplate();
const [first, last] = seeds;
const judged: { readonly kind: Kind; readonly rule: Compared; readonly judged: Judged }[] = [];
const steps: { name: string; ok: boolean; seconds: number; detail: string }[] = [];
for (const kind of KINDS) {
  const begun = performance.now();
  for (let seed = first; seed <= last; seed++) {
    const trace = traceOf(kind, seed);
    const pages = pagesOf(trace, await excessesOf(trace), thresholds);
    const all = trace.day.map((_, i) => RULES.some((rule) => pages[rule][i] === true));
    for (const rule of COMPARED) judged.push({ kind, rule, judged: judge(trace, rule === 'all' ? all : pages[rule]) });
  }
  const seconds = (performance.now() - begun) / 1000;
  steps.push({ name: kind, ok: true, seconds, detail: `seeds ${first} to ${last}` });
  if (!json) process.stderr.write(`${kind}: ${seconds.toFixed(0)} s\n`);
}

const scored = (rule: Compared, kinds: readonly Kind[]): Scored =>
  score(judged.filter((each) => each.rule === rule && kinds.includes(each.kind)).map((each) => each.judged));
const figures = Object.fromEntries(
  COMPARED.map((rule) => [
    rule,
    { ...scored(rule, KINDS), byKind: Object.fromEntries(KINDS.map((kind) => [kind, scored(rule, [kind])])) },
  ]),
);
const total = scored('all', KINDS);
const ok = (total.precision ?? 0) >= LEAST.precision && (total.recall ?? 0) >= LEAST.recall;
if (json) process.stdout.write(`${JSON.stringify({ ok, steps, figures: { thresholds, ...figures } })}\n`);
else {
  const table = new Table({
    style: { head: [], border: [], compact: true },
    head: [
      'rule',
      'traces',
      'attacks',
      'found',
      'false',
      'precision',
      'recall',
      'median, min',
      'worst, min',
      'lost each',
    ],
  });
  const row = (name: string, each: Scored): void => {
    const { traces, attacks, found, falseAlarms, ...rest } = each;
    table.push([name, traces, attacks, found, falseAlarms, ...Object.values(rest).map((value) => value ?? '-')]);
  };
  for (const rule of COMPARED) row(rule, scored(rule, KINDS));
  for (const kind of KINDS) row(`all, ${kind}`, scored('all', [kind]));
  process.stdout.write(`${table.toString()}\n${ok ? 'it held' : 'it did not hold'}\n`);
}
process.exitCode = ok ? 0 : 1;
