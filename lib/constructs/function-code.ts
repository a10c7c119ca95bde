import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { phoneMetadata } from './phone-metadata.ts';

/** The room's functions, each a folder under `lambda/`. */
export const FUNCTIONS = [
  'app-keys',
  'audit',
  'authorize-key',
  'inbound',
  'incident',
  'list-messages',
  'notify',
  'publish-events',
  'query',
  'read-records',
  'reconcile',
  'receipt',
  'recipients',
  'redrive',
  'register-apps',
  'retry',
  'rotate-key',
  'send',
  'status',
  'sweep-ledger',
  'watch',
  'witness',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The CDK runs the app in the project's root. */
const ROOT = process.cwd();
const BUILD = path.join(ROOT, '.build');

/** Says what the script is, wherever the package is unpacked: below an ES module's folder it would not load. */
const COMMON_JS = { 'package.json': { type: 'commonjs' } };

/** The script of each function. */
type Bundles = ReadonlyMap<FunctionName, Uint8Array>;

let bundles: Bundles | undefined;

/**
 * The code of one function, ready to be staged.
 *
 * All functions are bundled by a single call, once per synth, as most of a call's time is starting the bundler. The
 * package goes to `.build/functions/<stack>/<function>`, the source map to `.build/source-maps`: inside the package it
 * would be loaded at every start.
 *
 * @param files what the package holds beside the script, as JSON, by name
 */
export const functionCode = (
  scope: Construct,
  name: FunctionName,
  files: Readonly<Record<string, object>> = {},
): lambda.Code => {
  const stack = Stack.of(scope);
  if (!stack.bundlingRequired) return lambda.Code.fromAsset(path.join(ROOT, 'lambda', name));
  bundles ??= bundle();
  const directory = path.join(BUILD, 'functions', stack.stackName, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'index.js'), bundles.get(name) ?? '');
  for (const [file, content] of Object.entries({ ...files, ...COMMON_JS })) {
    writeFileSync(path.join(directory, file), JSON.stringify(content, undefined, 1));
  }
  return lambda.Code.fromAsset(directory);
};

/**
 * CommonJS, since on Node 24 an ES module that imports `node:http` starts 20 ms later; `module` before `main`, which
 * leaves out unused code; nothing external, so that what was tested is what runs, whatever SDK the runtime brings.
 */
const bundle = (): Bundles => {
  mkdirSync(BUILD, { recursive: true });
  const metadata = path.join(BUILD, 'phone-metadata.json');
  writeFileSync(metadata, JSON.stringify(phoneMetadata()));
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(FUNCTIONS.map((name) => [name, entryPoint(name)])),
    outdir: path.join(BUILD, 'source-maps'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { 'libphonenumber-js/max/metadata': metadata },
    sourcemap: 'external',
    legalComments: 'none',
    logLevel: 'error',
    write: false,
  });
  const content = (name: string): Uint8Array =>
    outputFiles.find((file) => path.basename(file.path) === name)?.contents ?? new Uint8Array();
  mkdirSync(path.join(BUILD, 'source-maps'), { recursive: true });
  return new Map(
    FUNCTIONS.map((name) => {
      writeFileSync(path.join(BUILD, 'source-maps', `${name}.js.map`), content(`${name}.js.map`));
      return [name, content(`${name}.js`)];
    }),
  );
};

/** `entry.ts` where a function's start-up is tuned, else its handler. */
const entryPoint = (name: FunctionName): string => {
  const tuned = path.join('lambda', name, 'entry.ts');
  return existsSync(path.join(ROOT, tuned)) ? tuned : path.join('lambda', name, 'handler.ts');
};
