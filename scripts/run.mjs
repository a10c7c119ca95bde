/**
 * `node scripts/run.mjs <script.ts> [arguments]`: installs what is missing, then runs a TypeScript file on Node 24.
 *
 * The child is in the same process group, so Ctrl-C reaches it; this process waits for it to clean up and passes its
 * exit code on.
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
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal);
  });
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
