import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LOCAL } from '../../lib/config/local.ts';
import { roomPolicy } from '../../lib/config/room-policy.ts';
import { FUNCTIONS } from '../../lib/constructs/function-code.ts';
import { createStacks } from '../../lib/environment-stacks.ts';
import { createApp } from './support/synth.ts';

const NAME = 'bundled';
/** Where a function is, if not in the room otp. */
const ROOM_OF: Readonly<Record<string, string>> = { 'app-keys': 'Playground', 'authorize-key': 'Playground' };
const packageOf = (name: string) => path.resolve('.build/functions', `Keyroom-${NAME}-${ROOM_OF[name] ?? 'Otp'}`, name);

/** What Lambda would put into the environment; nothing listens at the endpoint. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL: 'https://127.0.0.1:1',
  KEYROOM_ROOM: 'otp',
  LEDGER_TABLE: 'ledger',
  PEPPER_SECRET_ARN: 'pepper',
  OTP_QUEUE_URL: 'https://127.0.0.1:1/otp',
  KEYROOM_PROVIDER: 'infobip',
  QUEUE_URL: 'https://127.0.0.1:1/rest',
  DEAD_LETTERS_URL: 'https://127.0.0.1:1/dead',
};

describe('functionCode', () => {
  const config = { ...LOCAL, name: NAME };

  beforeAll(() => {
    createStacks(createApp({ 'aws:cdk:bundling-stacks': ['**'] }), config);
  });

  test.each(FUNCTIONS)('bundles %s into one script that loads and has a handler', (name) => {
    const cwd = packageOf(name);
    const node = path.resolve('node_modules/.bin/node');
    const script = 'process.stdout.write(typeof require("./index.js").handler); process.exit()';
    const env = { ...ENVIRONMENT, LAMBDA_TASK_ROOT: cwd };
    expect(execFileSync(node, ['-e', script], { cwd, env, encoding: 'utf8' })).toBe('function');
  });

  test('keeps the send function small, as its size is what a cold start costs', () => {
    expect(statSync(path.join(packageOf('send'), 'index.js')).size).toBeLessThanOrEqual(300 * 1024);
  });

  test.each(FUNCTIONS)('leaves the source map of %s out of its package', (name) => {
    expect(readdirSync(packageOf(name)).filter((file) => file.includes('map'))).toEqual([]);
    expect(readFileSync(path.join(packageOf(name), 'index.js'), 'utf8')).not.toContain('sourceMappingURL');
    expect(existsSync(path.resolve('.build/source-maps', `${name}.js.map`))).toBe(true);
  });

  test('leaves the names of a sweep’s parts in the bundle, which the log tells them apart by', () => {
    const code = readFileSync(path.join(packageOf('rotate-key'), 'index.js'), 'utf8');
    for (const name of ['takeWaitingCandidate', 'retireDrained', 'healRefusedKey']) expect(code).toContain(name);
  });

  test.each([
    ['send', true],
    ['retry', true],
    ['list-messages', true],
    ['query', true],
    ['sweep-ledger', false],
    ['rotate-key', false],
    ['register-apps', false],
    ['publish-events', false],
    ['receipt', false],
  ])('puts what the room allows beside %s: %s', (name, expected) => {
    const file = path.join(packageOf(name), 'room-policy.json');
    expect(existsSync(file)).toBe(expected);
    if (expected) expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(roomPolicy(config, 'otp', config.rooms.otp!));
  });
});
