/**
 * `npm run bench`: what the send function costs beside a bare one and one that only forwards.
 *
 * Exit code 0 only if every target is met; 1 if one is missed; 2 for arguments it does not know.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { createAuthority } from '../local/certificates.ts';
import { type Figures, type Measured, measure, type Sizes } from './send/measure.ts';
import { buildPackages, SUBJECTS } from './send/packages.ts';
import { verdicts } from './send/targets.ts';
import { orWrongUsage } from './wrong-usage.ts';

const USAGE = `npm run bench -- [options]

Runs the built send function under a stand-in for Lambda's Runtime API, against stubs of DynamoDB, Secrets Manager and a
provider that answer at once, in turns with a function that does nothing and one that only forwards. Compares ratios
with the targets: milliseconds are those of the machine. The verdict is on plain HTTP; the figures over TLS stand beside.

  --starts N  starts of each function. Default: 9
  --calls N   warm calls of each function. Default: 500
  --json      one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run bench
  npm run --silent bench -- --starts 3 --calls 200 --json
`;

const options = () => {
  const { values } = parseArgs({
    options: {
      starts: { type: 'string', default: '9' },
      calls: { type: 'string', default: '500' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    starts: wholeNumber('starts', values.starts, 100),
    calls: wholeNumber('calls', values.calls, 100_000),
  };
};

const wholeNumber = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, got "${text}"`);
};

const COLUMNS: readonly (readonly [string, keyof Figures])[] = [
  ['init', 'init'],
  ['first', 'first'],
  ['cold', 'cold'],
  ['warm p50', 'warmP50'],
  ['added p50', 'addedP50'],
  ['added p99', 'addedP99'],
  ['CPU/call', 'cpuPerCall'],
  ['MB', 'residentMb'],
];

const PLAIN = { head: [], border: [] };

const printFigures = (title: string, { figures }: Measured): void => {
  const table = new Table({ head: [title, ...COLUMNS.map(([name]) => name)], style: PLAIN });
  for (const subject of SUBJECTS) {
    table.push([subject, ...COLUMNS.map(([, figure]) => figures[subject][figure].toFixed(2))]);
  }
  process.stdout.write(`${table.toString()}\n`);
};

const run = async (sizes: Sizes, progress: (news: string) => void) => {
  progress('building …');
  const packages = await buildPackages();
  const workplace = await mkdtemp(join(tmpdir(), 'keyroom-bench-ca-'));
  try {
    const authority = await createAuthority(workplace);
    const { chain: cert, key } = await authority.issue('services');
    progress('measuring over plain HTTP …');
    const plain = await measure(packages, {}, sizes);
    progress('measuring over TLS …');
    const tls = await measure(packages, { authority: { cert, key, caPath: authority.caPath } }, sizes);
    return { plain, tls, sendKiB: packages.sendKiB };
  } finally {
    await packages.remove();
    await rm(workplace, { recursive: true });
  }
};

const main = async ({ json, help, ...sizes }: ReturnType<typeof options>): Promise<number> => {
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { plain, tls, sendKiB } = await run(sizes, (news) => json || process.stderr.write(`${news}\n`));
  const judged = verdicts(plain, sendKiB);
  const ok = judged.every(({ met }) => met);
  if (json) {
    const steps = judged.map(({ name, met, measured, target }) => ({
      name,
      ok: met,
      detail: `${measured} of ${target}`,
    }));
    process.stdout.write(`${JSON.stringify({ ok, steps, figures: { plain, tls, sendKiB } })}\n`);
    return ok ? 0 : 1;
  }
  printFigures('plain HTTP, ms', plain);
  printFigures('TLS, ms', tls);
  const besides = verdicts(tls, sendKiB);
  const table = new Table({ head: ['', 'target', 'measured', 'over TLS', ''], style: PLAIN });
  judged.forEach(({ name, target, measured, unit, met }, i) => {
    const withUnit = (value: number): string => `${value} ${unit}`.trim();
    table.push([
      name,
      `≤ ${withUnit(target)}`,
      withUnit(measured),
      withUnit(besides[i]?.measured ?? NaN),
      met ? 'met' : 'missed',
    ]);
  });
  process.stdout.write(`${table.toString()}\n${plain.trace.awsCalls} calls of AWS in one send\n`);
  process.stdout.write(ok ? 'all targets met\n' : 'a target was missed\n');
  return ok ? 0 : 1;
};

process.exitCode = await main(orWrongUsage(options));
