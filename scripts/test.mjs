/**
 * `npm test`: installs what is missing, then runs every suite and prints one closing line `N passed, N failed`.
 *
 * Runs on any Node >= 20.19. Arguments are names of suites; without any, all run.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { NODE, PYTHON, ROOT, setup } from './setup.mjs';

const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);
const reports = mkdtempSync(path.join(tmpdir(), 'keyroom-test-'));

/**
 * Runs a program to its end.
 *
 * @param {boolean} [gives] whether it gives way to whatever else runs; what it starts does so, too
 * @returns {Promise<{status: number | null, stdout: string}>}
 */
const run = (command, args, stdio, gives = false) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio });
    if (gives && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let stdout = '';
    child.stdout?.on('data', (chunk) => (stdout += chunk));
    child.on('error', () => resolve({ status: null, stdout }));
    child.on('close', (status) => resolve({ status, stdout }));
  });

/** @returns {Promise<{passed: number, failed: number}>} */
const check = async () => {
  const { status } = await run('npm', ['run', '--silent', 'check'], 'inherit', true);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

const jest = (projects, workers) => async () => {
  const report = path.join(reports, `${projects.join('-')}.json`);
  const { status } = await run(
    NODE,
    [
      path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...projects,
      `--maxWorkers=${workers}`,
      '--json',
      `--outputFile=${report}`,
    ],
    ['ignore', 'ignore', 'inherit'],
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  // A suite that could not even start, or an open handle that made Jest fail, must not look like success.
  return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
};

const pytest = async () => {
  const report = path.join(reports, 'pytest.xml');
  const args = ['-m', 'pytest', '-q', `--junitxml=${report}`, 'test/local/emulator'];
  const { status } = await run(PYTHON, args, 'inherit', true);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const suite = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed: failed === 0 && status !== 0 ? 1 : failed };
};

const mutants = async () => {
  const script = path.join(ROOT, 'scripts', 'mutants.mjs');
  const { stdout } = await run(NODE, [script, '--json'], ['ignore', 'pipe', 'inherit'], true);
  if (stdout === '') return { passed: 0, failed: 1 };
  const { steps } = JSON.parse(stdout);
  const bad = steps.filter(({ ok }) => !ok);
  for (const { name, problem } of bad) process.stderr.write(`${name}: ${problem}\n`);
  return { passed: steps.length - bad.length, failed: bad.length };
};

const SUITES = {
  unit: jest(['lambda', 'infra', 'local'], '100%'),
  check,
  mutants,
  emulator: pytest,
  // One system for all, and its faults are shared: the tests take turns.
  e2e: jest(['e2e'], 1),
};
/** One after the other. The end-to-end tests mostly wait, so what computes goes beside them and gives way to them. */
const TURNS = [[['unit']], [['e2e'], ['check', 'mutants', 'emulator']]];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  process.stderr.write(`unknown suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}

let total = { passed: 0, failed: 0 };

const play = async (name) => {
  const started = Date.now();
  // A suite that breaks off must not leave the others running behind it.
  const result = await SUITES[name]().catch((error) => {
    process.stderr.write(`${name}: ${error.message}\n`);
    return { passed: 0, failed: 1 };
  });
  total = { passed: total.passed + result.passed, failed: total.failed + result.failed };
  process.stdout.write(
    `${name}: ${result.passed} of ${result.passed + result.failed} held, ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
  );
};

try {
  setup();
  for (const sides of TURNS) {
    await Promise.all(
      sides.map(async (names) => {
        for (const name of names) if (chosen.length === 0 || chosen.includes(name)) await play(name);
      }),
    );
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  total = { ...total, failed: total.failed + 1 };
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
