import { STATE_FILE } from '../../operator/local-connection.ts';
import { parseArgs } from 'node:util';
import { createReport, EXIT } from '../../operator/report.ts';
import { FAILURE_DIRECTORY, type LocalSystem, startLocalSystem } from '../system/local-system.ts';
import { readState, removeState, writeState } from '../system/state-file.ts';
import { createStage } from './stage.ts';
import { story } from './story.ts';

const HELP = `Plays the whole of Keyroom on this machine: deploys it to a local emulator, sends, rotates, pages.

Usage: npm run demo [-- --keep] [-- --json]

  --keep   leave everything running afterwards; end it with "npm run demo:stop". Leaves out the last two chapters,
           which delete a room and stop the emulator
  --json   print one JSON document on standard output and nothing else there; npm's own lines go away with
           "npm run --silent demo -- --json"
  --help   this text

Examples:
  $ npm run demo
  $ npm run demo -- --keep && npm run keyroom -- keys otp

Exit codes: 0 every step held, 1 one did not, 2 wrong usage.
`;

const options = (): { readonly keep: boolean; readonly json: boolean } => {
  try {
    const { values } = parseArgs({
      options: { keep: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(EXIT.held);
    }
    return { keep: values.keep ?? false, json: values.json ?? false };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(EXIT.wrongUsage);
  }
};

const { keep, json } = options();
if (readState() !== undefined) {
  process.stderr.write(`a local system is running already (${STATE_FILE}): end it with "npm run demo:stop"\n`);
  process.exit(EXIT.wrongUsage);
}

const report = createReport({ json });
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interruption.signal.aborted) process.stderr.write(`${signal}: cleaning up …\n`);
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}
/** Rejects when somebody interrupts the story. */
const interrupted = (): Promise<never> =>
  new Promise((_, reject) => {
    const { signal } = interruption;
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

const started = performance.now();
let system: LocalSystem | undefined;
let held = false;
try {
  system = await startLocalSystem((name, work) => report.step(name, work), interruption.signal);
  writeState(system.state);
  await Promise.race([story(createStage(system, report), keep), interrupted()]);
  held = true;
} catch (error) {
  if (!report.hasShown(error)) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
report.figure('seconds in all', Number(((performance.now() - started) / 1000).toFixed(1)));
if (system !== undefined && (!keep || interruption.signal.aborted)) {
  await system.stop({ failed: !held && !interruption.signal.aborted });
  removeState();
}
const ok = report.finish('what was proved') && held;
if (!ok && !interruption.signal.aborted) {
  const logs = (keep ? system?.state.runDirectory : undefined) ?? FAILURE_DIRECTORY;
  process.stderr.write(`the logs of this run are in ${logs}\n`);
}
if (keep && system !== undefined && !interruption.signal.aborted && !json) {
  process.stdout.write(`\nIt is still running, described in ${STATE_FILE}. End it with "npm run demo:stop".\n`);
}
// Not only an exit code: what an interrupted story left pending must not keep the process.
process.exit(ok ? EXIT.held : EXIT.failed);
