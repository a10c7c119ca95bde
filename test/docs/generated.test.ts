import { execFileSync } from 'node:child_process';
import path from 'node:path';

const node = (...args: readonly string[]): string =>
  execFileSync(path.resolve('node_modules/.bin/node'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('what npm run generate makes of the API description', () => {
  test('is up to date: the reference and the models of the gateway', () => {
    expect(node('scripts/api.mjs', '--check')).toBe('');
  });

  test('is up to date: the types', () => {
    const openapiTypescript = path.resolve('node_modules/openapi-typescript/bin/cli.js');
    node(openapiTypescript, 'lambda/api/openapi.yaml', '-o', 'lambda/api/types.ts', '--root-types', '--check');
  });
});
