/**
 * `npm run mutants`: removes one guard at a time and demands that a test notices.
 *
 * Each `test/mutants/*.patch` names its guard, the test files that must catch it, and the change. Threads that stay warm
 * run the named tests over the changed code, and those of all over the unchanged code, which must hold. Exit code 0 only
 * if every mutant is caught. A patch that does not apply any more is an error.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ROOT } from './setup.mjs';

const USAGE = `npm run mutants -- [options] [name ...]

Applies each patch of test/mutants (or those named), and runs the tests that must catch it.

  --json   one JSON document: {"ok", "steps", "figures"}
  --help

Examples:
  npm run mutants
  npm run mutants -- rotate-untested
`;
const PATCHES = path.join(ROOT, 'test', 'mutants');
const UNCHANGED = 'unchanged';
/** Far above what the slowest takes; a mutant may make a loop endless. */
const TIMEOUT_MS = 300_000;

/** @returns {{name: string, guard: string, tests: string[], faults: number, changed: string[], file: string}} */
const readPatch = (name) => {
  const file = path.join(PATCHES, `${name}.patch`);
  const text = readFileSync(file, 'utf8');
  const [header] = text.split('\n--- ', 1);
  const values = (key) => [...header.matchAll(new RegExp(`^${key}: (.+)$`, 'gm'))].map(([, value]) => value.trim());
  const [guard] = values('Guard');
  const tests = values('Test');
  if (guard === undefined || tests.length === 0) {
    throw new Error(`test/mutants/${name}.patch must begin with a line "Guard: ..." and at least one "Test: ..."`);
  }
  const changed = [...text.matchAll(/^--- a\/(.+)$/gm)].map(([, changedFile]) => changedFile);
  return { name, guard, tests, faults: Number(values('Faults')[0] ?? 1), changed, file };
};

/** @returns the changed files' texts by path. @throws when the patch does not apply */
const sourcesOf = ({ name, file, changed }, workplace) => {
  const directory = path.join(workplace, name);
  for (const source of changed) cpSync(path.join(ROOT, source), path.join(directory, source));
  const { status, stderr, error } = spawnSync('git', ['apply', '--whitespace=nowarn', '-C1', file], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, GIT_CEILING_DIRECTORIES: workplace },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`test/mutants/${name}.patch does not apply any more: ${stderr.trim()}`);
  return Object.fromEntries(
    changed.map((source) => [path.join(ROOT, source), readFileSync(path.join(directory, source), 'utf8')]),
  );
};

/** One thread; it is replaced when a job does not end. */
const createRunner = () => {
  const start = () => new Worker(new URL('mutant-worker.mjs', import.meta.url), { stdout: true, stderr: true });
  let worker = start();
  return {
    /** @returns {Promise<{failed: string[]} | {problem: string}>} */
    run: (job) =>
      new Promise((resolve) => {
        const current = worker;
        const done = (answer) => {
          clearTimeout(timer);
          current.off('message', done);
          current.off('error', failed);
          resolve(answer);
        };
        const replace = (problem) => {
          done({ problem });
          void current.terminate();
          worker = start();
        };
        const failed = (error) => replace(`the tests ended the thread: ${error.message}`);
        const timer = setTimeout(() => replace('the tests did not end'), TIMEOUT_MS);
        current.once('message', done);
        current.once('error', failed);
        current.postMessage(job);
      }),
    end: () => worker.terminate(),
  };
};

const judge = ({ tests }, { failed = [], problem }) => {
  if (problem !== undefined) return { ok: false, problem };
  return failed.length > 0
    ? { ok: true, caughtBy: failed }
    : { ok: false, problem: `survived: no test of ${tests.join(', ')} fails` };
};

const judgeUnchanged = (answers) => {
  const problem = answers.find((answer) => answer.problem !== undefined)?.problem;
  const [failed] = answers.flatMap((answer) => answer.failed ?? []);
  if (problem !== undefined) return { ok: false, problem };
  return failed === undefined ? { ok: true } : { ok: false, problem: `without a change, this fails: ${failed}` };
};

const runAll = async (names, workplace) => {
  const mutants = names.map(readPatch);
  const files = [...new Set(mutants.flatMap(({ tests }) => tests))];
  const answers = new Map();
  const queue = [
    ...files.map((file) => ({ of: file, job: () => ({ files: [file], sources: {}, faults: 1 }) })),
    ...mutants.map((mutant) => ({
      of: mutant,
      job: () => ({ files: mutant.tests, sources: sourcesOf(mutant, workplace), faults: mutant.faults }),
    })),
  ];
  const work = async () => {
    const runner = createRunner();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        answers.set(next.of, await runner.run(next.job()));
      } catch (error) {
        answers.set(next.of, { problem: error.message });
      }
    }
    await runner.end();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return [
    {
      name: UNCHANGED,
      guard: 'the tests hold as the code is',
      ...judgeUnchanged(files.map((file) => answers.get(file))),
    },
    ...mutants.map((mutant) => ({
      name: mutant.name,
      guard: mutant.guard,
      ...judge(mutant, answers.get(mutant)),
    })),
  ];
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
  const started = Date.now();
  const steps = await runAll(names.length > 0 ? names : known, workplace);
  const mutants = steps.filter(({ name }) => name !== UNCHANGED);
  const caught = mutants.filter((step) => step.ok).length;
  const ok = steps.every((step) => step.ok);
  const figures = { mutants: mutants.length, caught, seconds: Math.round((Date.now() - started) / 1000) };
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps, figures })}\n`);
  else {
    for (const { name, guard, problem, caughtBy } of steps) {
      const what = problem ?? (caughtBy === undefined ? 'holds' : `caught by "${caughtBy.join('", "')}"`);
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
