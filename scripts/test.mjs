/**
 * `npm test`: installs what is missing, then runs every suite and prints one closing line `N passed, N failed`.
 *
 * Runs on any Node >= 20.19. Arguments are names of suites; without any, all run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NODE, PYTHON, ROOT, setup } from './setup.mjs';

const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);
const reports = mkdtempSync(path.join(tmpdir(), 'keyroom-test-'));

/** @returns {{passed: number, failed: number}} */
const check = (name, command, args) => () => {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

const jest = (projects, workers) => () => {
  const report = path.join(reports, `${projects.join('-')}.json`);
  const { status } = spawnSync(
    NODE,
    [
      path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...projects,
      `--maxWorkers=${workers}`,
      '--json',
      `--outputFile=${report}`,
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  // A suite that could not even start, or an open handle that made Jest fail, must not look like success.
  return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
};

const pytest = () => {
  const report = path.join(reports, 'pytest.xml');
  const { status } = spawnSync(PYTHON, ['-m', 'pytest', '-q', `--junitxml=${report}`, 'test/local/emulator'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const suite = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed: failed === 0 && status !== 0 ? 1 : failed };
};

const mutants = () => {
  const { stdout } = spawnSync(NODE, [path.join(ROOT, 'scripts', 'mutants.mjs'), '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (stdout === '') return { passed: 0, failed: 1 };
  const { steps } = JSON.parse(stdout);
  const bad = steps.filter(({ ok }) => !ok);
  for (const { name, problem } of bad) process.stderr.write(`${name}: ${problem}\n`);
  return { passed: steps.length - bad.length, failed: bad.length };
};

const SUITES = {
  check: check('check', 'npm', ['run', '--silent', 'check']),
  unit: jest(['lambda', 'infra', 'local'], '100%'),
  mutants,
  emulator: pytest,
  // One system for all, and its faults are shared: the tests take turns.
  e2e: jest(['e2e'], 1),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  process.stderr.write(`unknown suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}

let total = { passed: 0, failed: 0 };
try {
  setup();
  for (const [name, suite] of Object.entries(SUITES)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const started = Date.now();
    const result = suite();
    total = { passed: total.passed + result.passed, failed: total.failed + result.failed };
    process.stdout.write(
      `${name}: ${result.passed} of ${result.passed + result.failed} held, ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
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
