import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { components } from '../../../lambda/api/types.ts';

type Schemas = components['schemas'];

/** What each function of the client gives: one of the two, and the response. */
interface Answer<T> {
  readonly data?: T;
  readonly error?: Schemas['Problem'];
  readonly response: Response;
}

interface Options {
  readonly client: unknown;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
}

/** The client as the generator makes it from the API description, with the names that the description gives. */
export interface GeneratedClient {
  readonly createClient: (config: {
    readonly baseUrl: string;
    readonly auth?: (scheme: { readonly type: string }) => string | undefined;
    readonly fetch?: (request: Request) => Promise<Response>;
  }) => unknown;
  readonly sendMessage: (options: Options) => Promise<Answer<Schemas['Message'] | Schemas['DryRun']>>;
  readonly getMessage: (options: Options) => Promise<Answer<Schemas['Message']>>;
  readonly listMessages: (options: Options) => Promise<Answer<Schemas['MessagePage']>>;
  readonly getUsage: (options: Options) => Promise<Answer<Schemas['Usage']>>;
}

/** Generates the client from the description as an app's developer would, with a generator that knows nothing of this one. */
export const generateClient = (): GeneratedClient => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyroom-client-'));
  try {
    execFileSync(
      path.resolve('node_modules/.bin/node'),
      [
        path.resolve('node_modules/@hey-api/openapi-ts/bin/run.js'),
        ...['--input', path.resolve('lambda/api/openapi.yaml'), '--output', path.join(directory, 'client')],
        ...['--client', '@hey-api/client-fetch', '--no-log-file', '--silent'],
      ],
      { cwd: directory, stdio: 'pipe' },
    );
    const outfile = path.join(directory, 'client.cjs');
    buildSync({
      stdin: {
        contents: `export * from './sdk.gen'; export { createClient } from './client';`,
        resolveDir: path.join(directory, 'client'),
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'error',
    });
    return createRequire(__filename)(outfile) as GeneratedClient;
  } finally {
    rmSync(directory, { recursive: true });
  }
};
