/**
 * `npm run mutants`: removes one guard at a time and demands that a test notices.
 *
 * Each `test/mutants/*.patch` names its guard, the test files that must catch it, and the change. Every patch is applied
 * to a copy of the code in a directory of its own; one Jest runs the named tests of all, and those of an unchanged copy,
 * which must hold. Exit code 0 only if every mutant is caught. A patch that does not apply any more is an error.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NODE, ROOT, setup } from './setup.mjs';

const USAGE = `npm run mutants -- [options] [name ...]

Applies each patch of test/mutants (or those named) to a copy of the code, and runs the tests that must catch it.

  --json   one JSON document: {"ok", "steps", "figures"}
  --help
`;
const PATCHES = path.join(ROOT, 'test', 'mutants');
/** What the tests of the functions and of the operator's commands need. */
const COPIED = [
  ...['lambda', 'operator', 'lib/config', 'test/lambda', 'test/operator'],
  ...['local/simulators', 'local/certificates.ts', 'package.json', 'tsconfig.json'],
];
const UNCHANGED = 'unchanged';
/** Far above what all take; a mutant may make a loop endless. */
const TIMEOUT_MS = 600_000;

/** @returns {{name: string, guard: string, tests: string[], file: string}} */
const readPatch = (name) => {
  const file = path.join(PATCHES, `${name}.patch`);
  const [header] = readFileSync(file, 'utf8').split('\n--- ', 1);
  const values = (key) => [...header.matchAll(new RegExp(`^${key}: (.+)$`, 'gm'))].map(([, value]) => value.trim());
  const [guard] = values('Guard');
  const tests = values('Test');
  if (guard === undefined || tests.length === 0) {
    throw new Error(`test/mutants/${name}.patch must begin with a line "Guard: ..." and at least one "Test: ..."`);
  }
  return { name, guard, tests, file };
};

const copyTo = (directory) => {
  for (const entry of COPIED) cpSync(path.join(ROOT, entry), path.join(directory, entry), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'dir');
};

/** @returns what is wrong with the patch, or undefined */
const apply = ({ name, file }, directory) => {
  const { status, stderr, error } = spawnSync('git', ['apply', '--whitespace=nowarn', file], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(directory) },
  });
  if (error) throw error;
  return status === 0 ? undefined : `test/mutants/${name}.patch does not apply any more: ${stderr.trim()}`;
};

const projectOf = ({ name, tests }, directory) => ({
  displayName: name,
  rootDir: directory,
  testMatch: tests.map((test) => path.join(directory, test)),
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      createRequire(import.meta.url).resolve('@swc/jest'),
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
});

const runJest = (workplace, projects) => {
  const config = path.join(workplace, 'jest.config.json');
  const report = path.join(workplace, 'report.json');
  writeFileSync(config, JSON.stringify({ rootDir: workplace, projects }));
  const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const { error, stderr } = spawnSync(
    NODE,
    [jest, '--config', config, '--json', `--outputFile=${report}`, '--silent'],
    {
      cwd: workplace,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, KEYROOM_MAX_FAULTS: '1' },
    },
  );
  if (error) throw new Error(`the tests did not end: ${error.message}`);
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    throw new Error(`the tests did not start: ${stderr.slice(-2000)}`);
  }
};

/** @returns {{name: string, ok: boolean, guard: string, failed: number, problem?: string}} */
const judge = ({ name, guard, tests }, directory, report) => {
  const files = report.testResults.filter(({ name: file }) => file.startsWith(`${directory}${path.sep}`));
  const failed = files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'failed');
  const notStarted = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const problem =
    files.length < tests.length
      ? 'not every named test file was run'
      : notStarted.length > 0
        ? `a named test file cannot even start: ${notStarted[0].message.slice(0, 300)}`
        : name === UNCHANGED
          ? failed.length > 0
            ? `without a change, this fails: ${failed[0].fullName}`
            : undefined
          : failed.length === 0
            ? `survived: no test of ${tests.join(', ')} fails`
            : undefined;
  return { name, ok: problem === undefined, guard, failed: failed.length, ...(problem ? { problem } : {}) };
};

const options = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    return { ...values, names: positionals };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  }
};

const run = (names, workplace) => {
  const mutants = names.map(readPatch);
  const unchanged = {
    name: UNCHANGED,
    guard: 'the tests hold as the code is',
    tests: [...new Set(mutants.flatMap(({ tests }) => tests))],
  };
  const directoryOf = ({ name }) => path.join(workplace, name);
  const broken = [];
  const projects = [];
  for (const mutant of [unchanged, ...mutants]) {
    const directory = directoryOf(mutant);
    mkdirSync(directory);
    copyTo(directory);
    const problem = mutant === unchanged ? undefined : apply(mutant, directory);
    if (problem) broken.push({ name: mutant.name, ok: false, guard: mutant.guard, failed: 0, problem });
    else projects.push({ mutant, project: projectOf(mutant, directory) });
  }
  const report = runJest(
    workplace,
    projects.map(({ project }) => project),
  );
  return [...broken, ...projects.map(({ mutant }) => judge(mutant, directoryOf(mutant), report))];
};

const { json, help, names } = options();
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const known = readdirSync(PATCHES)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => file.slice(0, -'.patch'.length))
  .sort();
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown mutant ${unknown.join(', ')}; there are ${known.join(', ')}\n`);
  process.exit(2);
}
const workplace = mkdtempSync(path.join(tmpdir(), 'keyroom-mutants-'));
let exitCode = 1;
try {
  setup();
  const started = Date.now();
  const steps = run(names.length > 0 ? names : known, workplace);
  const mutants = steps.filter(({ name }) => name !== UNCHANGED);
  const caught = mutants.filter((step) => step.ok).length;
  const ok = steps.every((step) => step.ok);
  const figures = { mutants: mutants.length, caught, seconds: Math.round((Date.now() - started) / 1000) };
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps, figures })}\n`);
  else {
    for (const { name, guard, failed, problem } of steps) {
      const what = problem ?? (name === UNCHANGED ? 'holds' : `caught by ${failed} test(s)`);
      process.stdout.write(`${name}: ${what} (${guard})\n`);
    }
    process.stdout.write(`${caught} of ${mutants.length} mutants caught, ${figures.seconds} s\n`);
  }
  exitCode = ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
} finally {
  rmSync(workplace, { recursive: true, force: true });
}
process.exitCode = exitCode;
