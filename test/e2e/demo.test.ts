import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = process.cwd();

interface Document {
  readonly ok: boolean;
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
  readonly figures: Readonly<Record<string, number | string>>;
}

/** Runs the demo as a newcomer would, with a state file of its own beside this run's system. */
const demo = (args: readonly string[]) => {
  const child = spawn(process.execPath, ['local/demo/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, KEYROOM_STATE_FILE: path.join(ROOT, '.keyroom', `demo-${process.pid}.json`) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
};

const runFolders = () => readdirSync(path.join(ROOT, '.keyroom')).filter((name) => name.startsWith('run-')).length;

describe('npm run demo', () => {
  test('every step holds, nothing is left behind, and the figures are the promised ones', async () => {
    const before = runFolders();
    const run = demo(['--json']);
    const code = await run.ended;
    const document = JSON.parse(run.stdout()) as Document;
    expect(document.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect([code, document.ok]).toEqual([0, true]);
    expect(document.figures).toMatchObject({ 'failed sends': 0, 'doubled sends': 0 });
    expect(document.figures.rotations).toBeGreaterThanOrEqual(5);
    expect(document.figures['messages a second']).toBeGreaterThanOrEqual(10);
    expect(runFolders()).toBe(before);
  }, 180_000);

  test('an interrupted demo cleans up and fails', async () => {
    const before = runFolders();
    const run = demo([]);
    while (!run.stderr().includes('✓ start the emulator')) await new Promise((resolve) => setTimeout(resolve, 50));
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain('SIGINT: cleaning up');
    expect(run.stderr()).toContain('interrupted by SIGINT');
    expect(runFolders()).toBe(before);
  }, 60_000);

  test('an option that is not known is refused with 2 and the help', async () => {
    const run = demo(['--kep']);
    expect(await run.ended).toBe(2);
    expect(run.stderr()).toContain('Usage: npm run demo');
  });
});
