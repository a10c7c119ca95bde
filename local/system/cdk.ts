import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { ACCOUNT, DEPLOY_KEY, REGION } from './emulator.ts';
import { ROOT } from './state-file.ts';

export interface CdkTarget {
  readonly endpointUrl: string;
  readonly caPath: string;
  readonly runDirectory: string;
  /** Where each provider's simulator listens. */
  readonly providerBaseUrls: Readonly<Record<string, string>>;
  /** Aborting it ends a running command. */
  readonly signal: AbortSignal;
}

/**
 * Runs the CDK command line against the emulator, with its deployment key and a home of its own.
 *
 * @throws Error with the end of the output when it fails.
 */
const cdk = (target: CdkTarget, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, 'node_modules', '.bin', 'cdk'), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the app it starts ends with it.
      detached: true,
      env: {
        PATH: `${path.join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
        // The command line remembers the account of an access key in its home; ours must not meet a real one.
        HOME: target.runDirectory,
        AWS_ENDPOINT_URL: target.endpointUrl,
        AWS_ACCESS_KEY_ID: DEPLOY_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: DEPLOY_KEY.secretAccessKey,
        AWS_REGION: REGION,
        AWS_CA_BUNDLE: target.caPath,
        NODE_EXTRA_CA_CERTS: target.caPath,
        CDK_DISABLE_VERSION_CHECK: '1',
        CI: 'true',
      },
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8000);
      appendFileSync(path.join(target.runDirectory, 'cdk.log'), chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    target.signal.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    // Only now has everything it started stopped writing, and the run's folder may go.
    child.on('close', (code) => {
      target.signal.removeEventListener('abort', end);
      if (target.signal.aborted) reject(target.signal.reason as Error);
      else if (code === 0) resolve();
      else reject(new Error(`cdk ${args[0] ?? ''} failed:\n${output.trimEnd().split('\n').slice(-25).join('\n')}`));
    });
  });

const assembly = (target: CdkTarget): string => path.join(target.runDirectory, 'cdk.out');

/**
 * Synthesises the `local` environment once; everything later uses the result.
 *
 * Without the CDK's validation of templates, which takes as long as all the rest: it is a test of its own.
 */
export const synthesize = (target: CdkTarget): Promise<void> =>
  cdk(target, [
    'synth',
    '--quiet',
    '--no-validation',
    '-c',
    'environment=local',
    '-c',
    `providerBaseUrls=${JSON.stringify(target.providerBaseUrls)}`,
    '--output',
    assembly(target),
  ]);

/**
 * Creates the bootstrap stack. An empty app keeps the command line from synthesising for it.
 *
 * The deployment role's policy is the one it has by default, named because the emulator does not evaluate that default.
 */
export const bootstrap = (target: CdkTarget): Promise<void> =>
  cdk(target, [
    'bootstrap',
    `aws://${ACCOUNT}/${REGION}`,
    '--app',
    '',
    '--cloudformation-execution-policies',
    'arn:aws:iam::aws:policy/AdministratorAccess',
  ]);

export const deploy = (target: CdkTarget, stacks: readonly string[]): Promise<void> =>
  cdk(target, [
    'deploy',
    ...stacks,
    '--app',
    assembly(target),
    '--require-approval',
    'never',
    '--concurrency',
    '4',
    '--progress',
    'events',
  ]);

export const destroy = (target: CdkTarget, stacks: readonly string[]): Promise<void> =>
  cdk(target, ['destroy', ...stacks, '--app', assembly(target), '--force']);
