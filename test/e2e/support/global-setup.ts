import path from 'node:path';

/**
 * Starts one local system for all end-to-end tests and describes it in a state file of its own.
 *
 * The name of that file reaches tests and commands through the environment, so it is set before anything reads it.
 */
export default async function globalSetup(): Promise<void> {
  process.env.KEYROOM_STATE_FILE = path.join(process.cwd(), '.keyroom', `e2e-${process.pid}.json`);
  const { startLocalSystem } = await import('../../../local/system/local-system.ts');
  const { writeState } = await import('../../../local/system/state-file.ts');
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    process.stderr.write(`${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
    return result;
  };
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
  const system = await startLocalSystem(step, interruption.signal);
  writeState(system.state);
  process.env.NODE_EXTRA_CA_CERTS = system.state.ca;
}
