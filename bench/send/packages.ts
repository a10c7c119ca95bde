import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { App } from 'aws-cdk-lib';
import { build } from 'esbuild';

import { LOCAL } from '../../lib/config/local.ts';
import { appRoleName } from '../../lib/config/names.ts';
import { createStacks } from '../../lib/environment-stacks.ts';

/** What is compared, from least to most. */
export const SUBJECTS = ['bare', 'forward', 'send'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Folders as Lambda would unpack them, each with an `index.js`. */
export interface Packages {
  readonly folders: Readonly<Record<Subject, string>>;
  /** Size of the send function's script. */
  readonly sendKiB: number;
  remove(): Promise<void>;
}

const ENVIRONMENT = 'bench';
const ROOM = 'notices';
const APP = 'shipping';

/** The identity that the gateway would have verified. */
export const CALLER = `arn:aws:sts::${LOCAL.account}:assumed-role/${appRoleName(ENVIRONMENT, ROOM, APP)}/bench`;

/** Bundles the send function as a deployment does, by a synthesis, and beside it the two it is compared with. */
export const buildPackages = async (): Promise<Packages> => {
  const workplace = await mkdtemp(path.join(tmpdir(), 'keyroom-bench-'));
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  const outdir = path.join(workplace, 'cdk.out');
  const app = new App({
    analyticsReporting: false,
    outdir,
    context: { ...context, 'aws:cdk:bundling-stacks': ['**'] },
  });
  createStacks(app, { ...LOCAL, name: ENVIRONMENT });
  const send = path.resolve('.build/functions', `Keyroom-${ENVIRONMENT}-Notices`, 'send');
  await build({
    entryPoints: { 'bare/index': 'bench/send/handlers/bare.ts', 'forward/index': 'bench/send/handlers/forward.ts' },
    outdir: workplace,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
  });
  await writeFile(path.join(workplace, 'package.json'), JSON.stringify({ type: 'commonjs' }));
  return {
    folders: { bare: path.join(workplace, 'bare'), forward: path.join(workplace, 'forward'), send },
    sendKiB: statSync(path.join(send, 'index.js')).size / 1024,
    remove: () => rm(workplace, { recursive: true, force: true }),
  };
};
