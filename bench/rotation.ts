/**
 * `npm run bench:rotation`: rotates keys under load and faults, and counts what went wrong.
 *
 * Exit code 0 only if no send failed, no message was doubled, no rotation stuck, and no key was lost that a fault does
 * not explain; 2 for arguments it does not know.
 */
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { type LoadResult, runUnderLoad } from './rotation/run.ts';
import { orWrongUsage } from './wrong-usage.ts';

const USAGE = `npm run bench:rotation -- [options]

Rotates the key of a room per provider (infobip, twilio, d7) through the real handler while messages flow from several
environments of the send function, with propagation delay, lost answers and crashes, on a simulated clock.

  --rotations N     switches to a new key per provider. Default: 100
  --seed N          the same seed plays the same faults. Default: 1
  --environments N  environments of the send function. Default: 4
  --fault-rate X    likelihood of a fault at each call of the rotation function, 0 to 0.2. Default: 0.01.
                    From about 0.03 on, hardly any sweep ends whole, and switches come late
  --json            one JSON document: {"ok", "steps", "figures"}
  --help
`;

Error.stackTraceLimit = 0;

const numberOf = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new Error(`--${name} must be a number from ${least} to ${most}, got "${text}"`);
};

const options = () => {
  const { values } = parseArgs({
    options: {
      rotations: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      environments: { type: 'string', default: '4' },
      'fault-rate': { type: 'string', default: '0.01' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    rotations: Math.floor(numberOf('rotations', values.rotations, 1, 200)),
    seed: Math.floor(numberOf('seed', values.seed, 0, 2 ** 32 - 1)),
    environments: Math.floor(numberOf('environments', values.environments, 1, 50)),
    faultRate: numberOf('fault-rate', values['fault-rate'], 0, 0.2),
    json: values.json,
    help: values.help,
  };
};

const faultsOf = ({ faults }: LoadResult): number => Object.values(faults).reduce((sum, count) => sum + count, 0);

/** What is wrong with a result, one sentence each. */
const wrongWith = (result: LoadResult, wanted: number): readonly string[] => {
  const { failed, doubled, unmatched, stuck, orphans, rotations, provider } = result;
  const mostOrphans = provider === 'd7' ? faultsOf(result) : 0;
  return [
    ...(rotations < wanted ? [`only ${rotations} of ${wanted} rotations were finished`] : []),
    ...(failed > 0 ? [`${failed} sends were not accepted`] : []),
    ...(doubled > 0 ? [`${doubled} messages were doubled`] : []),
    ...(unmatched > 0 ? [`ledger and provider differ by ${unmatched} messages`] : []),
    ...(stuck > 0 ? ['the room could not rotate any more when faults had ended'] : []),
    ...(orphans > mostOrphans ? [`${orphans} orphan keys live, ${mostOrphans} are allowed`] : []),
  ];
};

const figuresOf = (result: LoadResult) => ({
  ...result,
  failures: Object.fromEntries(result.failures),
  injectedFaults: faultsOf(result),
});

const ROWS: readonly (readonly [string, (result: LoadResult) => string | number])[] = [
  ['rotations finished', ({ rotations }) => rotations],
  ['rotations begun', ({ begun }) => begun],
  ['faults injected', faultsOf],
  ['of them crashes', ({ faults }) => faults['crash-before'] + faults['crash-after']],
  ['messages', ({ messages }) => messages],
  ['environments started', ({ environments }) => environments],
  ['keys read again after a refusal', ({ refetches }) => refetches],
  ['failed sends', ({ failed }) => failed],
  ['doubled messages', ({ doubled }) => doubled],
  ['ledger against provider, difference', ({ unmatched }) => unmatched],
  ['switches after more than 8 hours, healed', ({ late }) => late],
  ['longest time between two switches, hours', ({ longestGapHours }) => longestGapHours],
  ['room stuck at the end', ({ stuck }) => stuck],
  ['one rotation, median, simulated s', ({ rotationSeconds }) => rotationSeconds.median],
  ['one rotation, longest with retries', ({ rotationSeconds }) => rotationSeconds.longest],
  ['orphan keys', ({ orphans }) => orphans],
  ['simulated hours', ({ virtualHours }) => virtualHours],
];

const main = async ({ json, help, ...load }: ReturnType<typeof options>): Promise<number> => {
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const results: LoadResult[] = [];
  const steps: { name: string; ok: boolean; seconds: number; detail: string }[] = [];
  for (const provider of ['infobip', 'twilio', 'd7'] as const) {
    process.stderr.write(`… rotate under load: ${provider}\n`);
    const started = performance.now();
    const result = await runUnderLoad(provider, load);
    const problems = wrongWith(result, load.rotations);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    results.push(result);
    steps.push({ name: provider, ok: problems.length === 0, seconds, detail: problems.join('; ') });
  }
  const ok = steps.every((step) => step.ok);
  if (json) {
    const figures = Object.fromEntries(results.map((result) => [result.provider, figuresOf(result)]));
    process.stdout.write(`${JSON.stringify({ ok, steps, figures: { seed: load.seed, ...figures } })}\n`);
    return ok ? 0 : 1;
  }
  const table = new Table({
    head: [`seed ${load.seed}`, ...results.map(({ provider }) => provider)],
    style: { head: [], border: [] },
  });
  for (const [title, value] of ROWS) table.push([title, ...results.map(value)]);
  table.push(['seconds', ...steps.map(({ seconds }) => seconds)]);
  process.stdout.write(`${table.toString()}\n`);
  for (const { name, detail } of steps) if (detail !== '') process.stdout.write(`${name}: ${detail}\n`);
  for (const { provider, failures } of results)
    for (const [what, count] of failures) process.stdout.write(`${provider}: ${count} x ${what}\n`);
  process.stdout.write(ok ? 'held\n' : 'did not hold\n');
  return ok ? 0 : 1;
};

process.exitCode = await main(orWrongUsage(options));
