/**
 * Runs test files over code some of whose files are replaced, one job after the other in one warm thread.
 *
 * Each job imports the project's files anew; what comes from node_modules stays. The runner and the matchers are Jest's
 * own. A file's tests end with the first that fails: it takes one to catch a mutant.
 *
 * A job is `{files, sources, faults}`: test files, texts by path that take the place of what is stored, and the most
 * faults of a schedule. The answer is `{failed}`: the first failed test of each file; or `{problem}`.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';

import { expect } from 'expect';
import {
  addEventHandler,
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  resetState,
  run,
  test,
} from 'jest-circus';

const ROOT = path.join(import.meta.dirname, '..');
const OWN = new RegExp(`^${pathToFileURL(ROOT).href}/(?!node_modules/).*\\.ts$`);
/** A machine at work may be slow; only what never ends must not pass for caught. */
const TEST_TIMEOUT_MS = 60_000;

Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test });
// As Jest's own `testTimeout` does it.
globalThis[Symbol.for('TEST_TIMEOUT_SYMBOL')] = TEST_TIMEOUT_MS;

const stripped = new Map();
let job = { number: 0, sources: {} };

const jsOf = (file) => {
  const replaced = job.sources[file];
  if (replaced !== undefined) return stripTypeScriptTypes(replaced);
  if (!stripped.has(file)) stripped.set(file, stripTypeScriptTypes(readFileSync(file, 'utf8')));
  return stripped.get(file);
};

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    // Another address is another module, with a state of its own.
    return OWN.test(resolved.url) ? { ...resolved, url: `${resolved.url}?job=${job.number}` } : resolved;
  },
  load: (url, context, next) => {
    const [address] = url.split('?');
    if (!OWN.test(address)) return next(url, context);
    return { format: 'module', source: jsOf(fileURLToPath(address)), shortCircuit: true };
  },
});

let hasFailed = false;
const endWithFirstFailure = (event) => {
  if (event.name === 'test_fn_failure' || event.name === 'hook_failure') hasFailed = true;
  if (event.name === 'test_start' && hasFailed) event.test.mode = 'skip';
};

/** @returns the name of the first test that fails, or undefined */
const firstFailure = async (file) => {
  resetState();
  addEventHandler(endWithFirstFailure);
  hasFailed = false;
  await import(pathToFileURL(path.join(ROOT, file)).href);
  const { testResults, unhandledErrors } = await run();
  const failed = testResults.find(({ errors }) => errors.length > 0);
  if (failed) return failed.testPath.slice(1).join(' › ');
  if (unhandledErrors.length > 0) throw new Error(unhandledErrors[0]);
  if (testResults.every(({ status }) => status !== 'done')) throw new Error('it holds no test');
  return undefined;
};

parentPort.on('message', async ({ files, sources, faults }) => {
  job = { number: job.number + 1, sources };
  process.env.KEYROOM_MAX_FAULTS = String(faults);
  const failed = [];
  for (const file of files) {
    try {
      failed.push(...[await firstFailure(file)].filter((name) => name !== undefined));
    } catch (error) {
      parentPort.postMessage({ problem: `${file} cannot be run: ${String(error.message ?? error).slice(0, 300)}` });
      return;
    }
  }
  parentPort.postMessage({ failed });
});
