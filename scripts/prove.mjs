/**
 * `npm run prove`: runs the rotation's stories under every schedule of at most three faults, as far as time allows.
 *
 * Each story of each provider is dealt out to as many processes as there are processors. Schedules of fewer faults come
 * first; the others follow in a fixed random order until the time is up, and what was run is counted. Exit code 0 only if
 * nothing broke, and every schedule of at most two faults was run.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NODE, ROOT, setup } from './setup.mjs';

const STRATEGIES = {
  infobip: 'tag and sweep, retire later',
  d7: 'mint tokens, count what is lost',
  twilio: 'tag and sweep, retire later',
};
const USAGE = `npm run prove -- [options]

Plays an import and two rotations per provider under every schedule of at most N faults (response lost, error, crash
before, crash after) at the calls to the provider, the secrets and the ledger.

  --faults N        faults in one schedule, 1 to 4. Default: KEYROOM_MAX_FAULTS, or else 3
  --minutes M       time for each story of each provider; what was run until then is counted. Default: 5
  --providers LIST  separated by commas. Default: ${Object.keys(STRATEGIES).join(',')}
  --json            one JSON document: {"ok", "steps", "figures"}
  --help
`;

const usageError = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const numberOf = (name, text, least, most) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  return usageError(`--${name} must be a number from ${least} to ${most}, got "${text}"`);
};

const read = () => {
  try {
    return parseArgs({
      options: {
        faults: { type: 'string', default: process.env.KEYROOM_MAX_FAULTS ?? '3' },
        minutes: { type: 'string', default: '5' },
        providers: { type: 'string', default: Object.keys(STRATEGIES).join(',') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return usageError(error.message);
  }
};

/** @returns {Promise<{schedules: number, completeTo: number, failed: number, failures: string[]}>} */
const work = (...args) =>
  new Promise((resolve, reject) => {
    const worker = spawn(NODE, ['bench/proof/worker.ts', ...args.map(String)], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    worker.stdout.on('data', (chunk) => (output += chunk));
    worker.on('error', reject);
    worker.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`a worker for ${args.slice(0, 2).join(' ')} ended with ${code}`));
    });
  });

const prove = async (provider, story, faults, seconds) => {
  const parts = availableParallelism();
  const started = Date.now();
  const shares = await Promise.all(
    Array.from({ length: parts }, (_, part) => work(provider, story, faults, part, parts, seconds)),
  );
  const sum = (of) => shares.reduce((total, share) => total + of(share), 0);
  return {
    name: `${provider}: ${story}`,
    provider,
    story,
    strategy: STRATEGIES[provider],
    ok: sum(({ failed }) => failed) === 0 && shares.every(({ completeTo }) => completeTo >= Math.min(2, faults)),
    schedules: sum(({ schedules }) => schedules),
    completeTo: Math.min(...shares.map(({ completeTo }) => completeTo)),
    failed: sum(({ failed }) => failed),
    seconds: Math.round((Date.now() - started) / 1000),
    failures: shares.flatMap(({ failures }) => failures).slice(0, 5),
  };
};

const print = (steps, most) => {
  const rows = [
    ['provider', 'story', 'schedules', 'all of', 'broken', 'seconds', 'strategy'],
    ...steps.map((step) => [
      step.provider,
      step.story,
      step.schedules.toLocaleString('en'),
      `${step.completeTo} faults${step.completeTo < most ? ', and a sample' : ''}`,
      String(step.failed),
      String(step.seconds),
      step.strategy,
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  for (const { name, failures } of steps) {
    for (const failure of failures) process.stdout.write(`${name}: ${failure}\n`);
  }
  for (const { name, completeTo, failed } of steps) {
    if (failed === 0 && completeTo < Math.min(2, most)) {
      process.stdout.write(`${name}: the time was too short for every schedule of two faults; give more --minutes\n`);
    }
  }
};

const { faults, minutes, providers, json, help } = read();
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const most = Math.floor(numberOf('faults', faults, 1, 4));
const seconds = numberOf('minutes', minutes, 0.01, 600) * 60;
const chosen = providers.split(',').filter((name) => name !== '');
const unknown = chosen.filter((name) => !(name in STRATEGIES));
if (unknown.length > 0 || chosen.length === 0) {
  usageError(`--providers must name some of ${Object.keys(STRATEGIES).join(', ')}, got "${providers}"`);
}
try {
  setup();
  const steps = [];
  for (const provider of chosen) {
    for (const story of ['rotation', 'import']) {
      if (!json) process.stderr.write(`${provider}: ${story} …\n`);
      steps.push(await prove(provider, story, most, seconds));
    }
  }
  const ok = steps.every((step) => step.ok);
  const figures = { faults: most, schedules: steps.reduce((total, step) => total + step.schedules, 0) };
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps, figures })}\n`);
  else {
    print(steps, most);
    process.stdout.write(
      `${figures.schedules.toLocaleString('en')} schedules of at most ${most} faults: ${ok ? 'held' : 'did not hold'}\n`,
    );
  }
  process.exit(ok ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
