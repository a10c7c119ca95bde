import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createAuthority } from '../../../local/certificates.ts';
import { createCall } from './support/client.ts';

const ROOT = join(__dirname, '../../..');
// Type stripping needs the pinned Node, whatever runs the tests.
const NODE = join(ROOT, 'node_modules/.bin/node');
const MAIN = join(ROOT, 'local/simulators/main.ts');

describe('main', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyroom-main-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('prints the addresses of what it started and ends on SIGTERM', async () => {
    const authority = await createAuthority(directory);
    const { keyPath, chainPath } = await authority.issue('simulators');
    const child = spawn(
      NODE,
      [MAIN, '--key', keyPath, '--chain', chainPath, '--egress', '192.0.2.7', 'd7', 'infobip'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const urls = JSON.parse(line) as Record<string, { baseUrl: string; controlUrl: string }>;
    expect(Object.keys(urls)).toEqual(['d7', 'infobip']);
    const call = createCall(authority.ca);
    for (const { controlUrl } of Object.values(urls)) {
      const answer = await call('GET', `${controlUrl}/egress`);
      expect(answer.body).toEqual({ addresses: ['192.0.2.7'] });
    }
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test.each([[[]], [['--key', 'k', '--chain', 'c', 'nobody']], [['d7']]])('fails when called with %j', (args) => {
    const { status, stderr } = spawnSync(NODE, [MAIN, ...args], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('usage:');
  });
});
