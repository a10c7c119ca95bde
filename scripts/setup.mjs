/**
 * Installs what is missing: npm packages from the lock file, Python packages into a virtual environment of the project.
 *
 * Runs on any Node >= 20.19 before anything is installed, so it uses Node's own modules only. What was installed is
 * remembered by the hash of the file that asked for it; nothing is done when nothing changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.dirname(import.meta.dirname);
/** Node 24, which the functions ask for and which runs TypeScript as it is. */
export const NODE = path.join(ROOT, 'node_modules', '.bin', 'node');
export const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The PATH without our own Node: `npm ci` deletes it first, and would run on it. */
const outerPath = () =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(path.join(ROOT, 'node_modules')))
    .join(path.delimiter);

const run = (what, command, args) => {
  process.stderr.write(`${what} …\n`);
  const started = Date.now();
  const result = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: outerPath() },
  });
  if (result.error || result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
    throw new Error(`${what} failed: ${command} ${args.join(' ')}`);
  }
  process.stderr.write(`${what} … ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
};

/** Runs `install` unless the stamp says that it already ran for this very file. */
const once = (file, stamp, install) => {
  const wanted = hashOf(file);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  install();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
};

const installPython = (what, requirements) =>
  run(`installing Python packages of ${what}`, PYTHON, [
    '-m',
    'pip',
    'install',
    '-q',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);

const pythonCommand = () => {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    const probe = spawnSync(name, ['-c', 'import sys, venv; sys.exit(0 if sys.version_info >= (3, 10) else 1)']);
    if (probe.status === 0) return name;
  }
  throw new Error('Python 3.10 or later with its venv module is needed (python3 on the PATH), and was not found');
};

export const setup = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node 20.19 or later is needed, this is ${process.versions.node}`);
  }
  once(path.join(ROOT, 'package-lock.json'), path.join(ROOT, 'node_modules', '.keyroom-stamp'), () =>
    run('installing npm packages', 'npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']),
  );
  const emulator = path.join(ROOT, 'local', 'emulator', 'requirements.txt');
  once(emulator, path.join(ROOT, '.venv', '.keyroom-stamp'), () => {
    run('creating the Python environment', pythonCommand(), ['-m', 'venv', path.join(ROOT, '.venv')]);
    installPython('the emulator', emulator);
  });
  // In a file of their own: the providers' clients change for other reasons than the emulator and its AWS SDK.
  const clients = path.join(ROOT, 'test', 'local', 'simulators', 'foreign', 'requirements.txt');
  once(clients, path.join(ROOT, '.venv', '.keyroom-clients-stamp'), () =>
    installPython("the providers' clients", clients),
  );
};

if (process.argv[1] === import.meta.filename) setup();
