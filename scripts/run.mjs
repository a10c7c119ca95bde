/**
 * `node scripts/run.mjs <script.ts> [arguments]`: installs what is missing, then runs a TypeScript file on Node 24.
 *
 * Signals are handed on, so that whoever ends this process lets the child clean up; its exit code is passed on.
 */
import { spawn } from 'node:child_process';
import { NODE, ROOT, setup } from './setup.mjs';

try {
  setup();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const [script, ...rest] = process.argv.slice(2);
const child = spawn(NODE, [script, ...rest], { cwd: ROOT, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
