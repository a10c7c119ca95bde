import path from 'node:path';
import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { type BackgroundProcess, startInBackground } from './background-process.ts';
import { freePort } from './free-port.ts';
import { ROOT } from './state-file.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** The emulator's root-like key: it skips every policy, so it may only be used to deploy. */
export const DEPLOY_KEY = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

interface EmulatorFiles {
  readonly runDirectory: string;
  /** The leaf certificate followed by the CA's, so that functions trust whatever the CA signed. */
  readonly chainPath: string;
  readonly keyPath: string;
  readonly caPath: string;
}

const answers = (url: string, caPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = request(`${url}/_ministack/health`, { ca: readFileSync(caPath), timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.on('error', () => resolve(false));
    probe.on('timeout', () => probe.destroy());
    probe.end();
  });

/**
 * Starts the emulator with IAM enforcement and TLS, under an environment of its own.
 *
 * The environment is empty but for what is listed: the emulator hands its own on to every function it runs.
 */
export const startEmulator = async (
  files: EmulatorFiles,
): Promise<{ readonly endpointUrl: string; readonly process: BackgroundProcess }> => {
  const port = await freePort();
  const endpointUrl = `https://127.0.0.1:${port}`;
  const process = await startInBackground({
    name: 'emulator',
    command: path.join(ROOT, '.venv', 'bin', 'python'),
    args: ['-m', 'emulator'],
    cwd: files.runDirectory,
    env: {
      PATH: `${path.join(ROOT, 'node_modules', 'node', 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      PYTHONPATH: path.join(ROOT, 'local'),
      HOME: files.runDirectory,
      TMPDIR: files.runDirectory,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: 'localhost',
      AWS_ACCESS_KEY_ID: DEPLOY_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DEPLOY_KEY.secretAccessKey,
      MINISTACK_REGION: REGION,
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: files.chainPath,
      MINISTACK_SSL_KEY: files.keyPath,
      CLOUDTRAIL_RECORDING: '1',
      PERSIST_STATE: '1',
      STATE_DIR: path.join(files.runDirectory, 'state'),
      S3_PERSIST: '1',
      S3_DATA_DIR: path.join(files.runDirectory, 's3'),
    },
    logFile: path.join(files.runDirectory, 'emulator.log'),
    ready: () => answers(endpointUrl, files.caPath),
    timeoutSeconds: 30,
  });
  return { endpointUrl, process };
};
