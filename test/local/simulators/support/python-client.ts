import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Harness } from './harness.ts';

const PYTHON = join(__dirname, '../../../../.venv/bin/python');

/** Runs a script of `foreign/` against a simulator: what each of its operations came to, by name. */
export async function driveWith(
  script: string,
  { baseUrl, ca }: Harness,
  ...credentials: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyroom-client-'));
  try {
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, ca);
    const path = join(__dirname, '..', 'foreign', script);
    const { stdout } = await promisify(execFile)(PYTHON, [path, baseUrl, caFile, ...credentials], { timeout: 60_000 });
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  } finally {
    await rm(folder, { recursive: true });
  }
}
