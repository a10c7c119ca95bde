import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A process that outlives the call that started it, until it is stopped by its id. */
export interface BackgroundProcess {
  readonly name: string;
  readonly pid: number;
}

interface Start {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
  /** Asked every 100 ms; resolves once the process serves. */
  readonly ready: () => Promise<boolean>;
  readonly timeoutSeconds: number;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const lastLines = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

/**
 * Starts a process in a process group of its own and waits until it serves.
 *
 * @throws Error with the end of its output when it ends early or is not ready in time; it is then gone.
 */
export const startInBackground = async (start: Start): Promise<BackgroundProcess> => {
  const log = openSync(start.logFile, 'a', 0o600);
  const child = spawn(start.command, start.args, {
    cwd: start.cwd,
    env: start.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failed = new Promise<Error>((resolve) => child.on('error', resolve));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`cannot start the ${start.name}: ${(await failed).message}`);
  child.unref();
  const deadline = Date.now() + start.timeoutSeconds * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the ${start.name} ended at start:\n${lastLines(start.logFile)}`);
    }
    if (await start.ready().catch(() => false)) return { name: start.name, pid };
    await pause(100);
  }
  await stopProcess({ name: start.name, pid });
  throw new Error(`the ${start.name} did not serve within ${start.timeoutSeconds} s:\n${lastLines(start.logFile)}`);
};

/** Ends a process and everything it started: asks first, insists after five seconds. Harmless when it is gone. */
export const stopProcess = async ({ pid }: BackgroundProcess): Promise<void> => {
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // Gone already.
    }
  };
  signalGroup('SIGTERM');
  for (let waited = 0; waited < 5000 && isAlive(pid); waited += 50) await pause(50);
  signalGroup('SIGKILL');
};
